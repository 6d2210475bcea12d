import { JuxtaError } from '../../base/errors.ts';
import { axolotl } from './axolotl.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { Format } from './format.ts';
import { llamaFactory } from './llama-factory.ts';
import { azure, openai } from './openai.ts';
import { rendered } from './rendered.ts';
import { together } from './together.ts';
import { trlDpo } from './trl-dpo.ts';
import { trlKto } from './trl-kto.ts';
import { trlSft } from './trl-sft.ts';

/** Every format that examples can be written in. Some write through a model's chat template, and are made with it. */
export const formats: readonly {
  readonly name: string;
  readonly make: (template?: ChatTemplate) => Format;
}[] = [
  { name: 'trl-sft', make: () => trlSft },
  { name: 'trl-kto', make: () => trlKto },
  { name: 'trl-dpo', make: () => trlDpo },
  { name: 'together', make: () => together },
  { name: 'llama-factory', make: () => llamaFactory },
  { name: 'axolotl', make: axolotl },
  { name: 'openai', make: () => openai },
  { name: 'azure', make: () => azure },
  { name: 'rendered', make: rendered },
];

/** @throws JuxtaError `unknown-format`, `tokenizer-needed` */
export const formatNamed = (name: string, template?: ChatTemplate): Format => {
  const format = formats.find(each => each.name === name);
  if (format) return format.make(template);
  throw new JuxtaError('unknown-format', `there is no format ${JSON.stringify(name)}`, {
    hint: `One of: ${formats.map(each => each.name).join(', ')}.`,
  });
};
