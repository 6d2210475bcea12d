import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseAs } from '../../base/json-lines.ts';
import { toolParserOf } from '../../models/text-calls/parsers.ts';

const adapterConfig = z.object({ base_model_name_or_path: z.string(), r: z.number().int().positive() });

export interface Adapter {
  readonly base: string;
  readonly rank: number;
}

/** @throws BadInputError naming the file and field */
export const readAdapter = async (folder: string): Promise<Adapter> => {
  const file = join(folder, 'adapter_config.json');
  const read = parseAs(adapterConfig, await readFile(file, 'utf8'), file);
  return { base: read.base_model_name_or_path, rank: read.r };
};

/** The chat template that lies beside what was trained, where the trainer has put one there. */
export const templateIn = (folder: string): Promise<string | undefined> =>
  readFile(join(folder, 'chat_template.jinja'), 'utf8').catch(() => undefined);

/** vLLM reserves room for adapters up to one of these ranks. */
const ranks = [8, 16, 32, 64, 128, 256, 320, 512];

/**
 * How to serve what was trained with vLLM, and what to call it then.
 * @param adapter undefined if the model was trained whole
 * @param template the model's chat template, which shows how it writes calls
 */
export const servingHint = (
  id: string,
  path: string,
  adapter: Adapter | undefined,
  template?: string,
): string => {
  const base = adapter?.base ?? path;
  const parser = toolParserOf(base, template) ?? 'PARSER';
  const lora = adapter
    ? [
        '--enable-lora',
        `--max-lora-rank ${ranks.find(rank => rank >= adapter.rank) ?? adapter.rank}`,
        `--lora-modules ${quoted(`${id}=${path}`)}`,
      ]
    : [`--served-model-name ${quoted(id)}`];
  const words = [
    'vllm serve',
    quoted(base),
    ...lora,
    `--enable-auto-tool-choice --tool-call-parser ${parser}`,
  ];
  return `Serve it with: ${words.join(' ')}\nThen evaluate it with: juxta evaluate --model ${quoted(`http://localhost:8000/v1#${id}`)}`;
};

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
