/** A tiny model and dataset for the tests of this folder. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Message, toolCall } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { type CodecSpec, vocabularySize } from '../../models/embedded/codec.ts';
import type { EmbeddedConfig } from '../../models/embedded/config.ts';
import { initialWeights } from '../../models/embedded/init.ts';
import { writeWeights } from '../../models/embedded/safetensors.ts';
import type { Dataset, ModelRef } from '../trainer.ts';

export const codecSpec: CodecSpec = {
  words: 'i want a room in the north south east west please found it sorry nothing there thanks bye'.split(
    ' ',
  ),
  slots: 6,
  toolNames: ['search_hotel'],
  keys: ['area', 'name'],
  resultFields: { search_hotel: ['name'] },
};

export const tinyConfig: EmbeddedConfig = {
  width: 16,
  layers: 2,
  heads: 2,
  vocabulary: vocabularySize(codecSpec),
  context: 64,
  pointer: 8,
};

const search: Tool = {
  name: 'search_hotel',
  description: 'Finds a hotel',
  parameters: { type: 'object', properties: { area: { type: 'string' } } },
  mutating: false,
};
export const tools: readonly Tool[] = [search];

const areas = ['north', 'south', 'east', 'west'];

/** A conversation of `turns` exchanges, named by a number. */
export const conversation = (number: number, turns = 1): readonly Message[] =>
  Array.from({ length: turns }, (_, turn): readonly Message[] => {
    const area = areas[(number + turn) % 4]!;
    const id = `c${turn}`;
    return [
      { role: 'user', content: `i want a room in the ${area} please` },
      {
        role: 'assistant',
        content: null,
        tool_calls: [toolCall(id, 'search_hotel', JSON.stringify({ area }))],
      },
      { role: 'tool', tool_call_id: id, content: JSON.stringify({ name: `Hotel${number % 5}` }) },
      { role: 'assistant', content: `found Hotel${number % 5} in the ${area}` },
    ];
  }).flat();

const sorry: Message = { role: 'assistant', content: 'sorry nothing there' };

/** `count` conversations with every kind of example: each assistant message good, an apology in its place bad. */
export const tinyDataset = (count: number, turns = 1): Dataset => {
  const conversations = Array.from({ length: count }, (_, i) => conversation(i, turns));
  const answers = conversations.flatMap(messages =>
    messages.flatMap((message, i) =>
      message.role === 'assistant' ? [{ prompt: messages.slice(0, i), message }] : [],
    ),
  );
  return {
    sft: conversations.map(messages => ({ messages, tools })),
    kto: answers.flatMap(({ prompt, message }) => [
      { prompt, completion: [message] as const, label: true, tools },
      { prompt, completion: [sorry] as const, label: false, tools },
    ]),
    dpo: answers.map(({ prompt, message }) => ({
      prompt,
      chosen: [message] as const,
      rejected: [sorry] as const,
      tools,
    })),
  };
};

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'juxta-train-'));

/** Untrained weights of the tiny model in a file. */
export const tinyBase = async (folder: string): Promise<ModelRef> => {
  const path = join(folder, 'base.safetensors');
  const metadata = { config: tinyConfig, codec: codecSpec };
  await writeWeights(path, initialWeights(tinyConfig, 1), metadata, 'F32');
  return { id: 'base', path };
};
