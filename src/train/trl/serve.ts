import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseAs } from '../../base/json-lines.ts';

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

/** vLLM reserves room for adapters up to one of these ranks. */
const ranks = [8, 16, 32, 64, 128, 256, 320, 512];

const toolParsers: readonly (readonly [RegExp, string])[] = [
  [/llama-?3/i, 'llama3_json'],
  [/mistral|mixtral/i, 'mistral'],
  [/qwen3-?coder/i, 'qwen3_coder'],
  [/qwen|hermes/i, 'hermes'],
];

/**
 * How to serve what was trained with vLLM, and what to call it then.
 * @param adapter undefined if the model was trained whole
 */
export const servingHint = (id: string, path: string, adapter: Adapter | undefined): string => {
  const base = adapter?.base ?? path;
  const parser = toolParsers.find(([family]) => family.test(base))?.[1] ?? 'PARSER';
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
