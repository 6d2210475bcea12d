/** The formats that examples can be written in, one line each; anybody else's is a module or package that is named. */
import { choose, type Registry } from '../named.ts';
import { axolotl } from './axolotl.ts';
import type { Format, FormatDefinition, FormatSettings } from './format.ts';
import { llamaFactory } from './llama-factory.ts';
import { azure, openai } from './openai.ts';
import { rendered } from './rendered.ts';
import { together } from './together.ts';
import { trlDpo } from './trl-dpo.ts';
import { trlKto } from './trl-kto.ts';
import { trlSft } from './trl-sft.ts';

export const formats: Registry<FormatDefinition> = {
  what: 'format',
  builtIn: [trlSft, trlKto, trlDpo, together, llamaFactory, axolotl, openai, azure, rendered],
  example: 'export default defineFormat({ name, make })',
  isOne: (value): value is FormatDefinition => {
    const { name, make } = (value ?? {}) as Partial<FormatDefinition>;
    return typeof name === 'string' && typeof make === 'function';
  },
};

/** @throws JuxtaError `unknown-format`, `bad-argument`, `bad-module`, `tokenizer-needed` */
export const formatNamed = async (text: string, settings: FormatSettings = {}): Promise<Format> => {
  const { part, argument } = await choose(text, formats);
  return { name: part.name, ...part.make(settings, argument) };
};
