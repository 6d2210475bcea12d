/** Reads datasets in TRL's three conversational shapes, as `trl-sft`, `trl-kto` and `trl-dpo` write them. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { BadInputError, messageOf } from '../base/errors.ts';
import { readLines } from '../base/json-lines.ts';
import { isRawNumber, parseKeepingNumbers, plainNumbers } from '../base/json-numbers.ts';
import { validated } from '../base/zod-issue.ts';
import type { JsonObject } from '../dialogue/json.ts';
import { type AssistantMessage, type Message, toolCall } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import { type Dataset, datasetOf, type Example } from './examples.ts';

export interface ReadOptions {
  /** Tools that the environment knows more of than a file holds (what they change, which fields a small model sees). */
  readonly tools?: readonly Tool[];
}

/**
 * All examples of a file, or of the `.jsonl` files of a folder. Of what kind a row is, its fields say.
 * @throws BadInputError naming file, line and field
 */
export const readDataset = async (path: string, options: ReadOptions = {}): Promise<Dataset> => {
  const examples: Example[] = [];
  for (const file of await filesOf(path))
    for await (const example of readExamples(file, options)) examples.push(example);
  if (examples.length === 0)
    throw new BadInputError(path, 'holds no example', { hint: 'Roll out more tasks, or filter less.' });
  return datasetOf(examples);
};

/** The examples of one file, one after another. @throws BadInputError naming file, line and field */
export async function* readExamples(file: string, options: ReadOptions = {}): AsyncGenerator<Example, void> {
  const toolsOf = toolReader(options.tools ?? []);
  let number = 0;
  for await (const line of readLines(file)) {
    const where = `${file}:${++number}`;
    if (line.trim() !== '') yield exampleOf(parsed(line, where), where, toolsOf);
  }
}

const filesOf = async (path: string): Promise<readonly string[]> => {
  const found = await stat(path).catch(cause => {
    throw new BadInputError(path, 'there is no such file or folder', {
      cause,
      hint: 'Write a dataset first: juxta export --format trl-sft --out FOLDER.',
    });
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter(name => name.endsWith('.jsonl')).sort();
  if (names.length === 0) throw new BadInputError(path, 'holds no .jsonl file');
  return names.map(name => join(path, basename(name)));
};

const text = z.string().nullish();
const call = z.object({
  id: z.string().nullish(),
  function: z.object({ name: z.string(), arguments: z.union([z.string(), z.record(z.string(), z.json())]) }),
});
const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string() }),
  z.object({
    role: z.literal('assistant'),
    content: text,
    reasoning_content: text,
    tool_calls: z.array(call).nullish(),
  }),
  z.object({ role: z.literal('tool'), content: z.string(), tool_call_id: z.string().nullish() }),
]);
const assistant = message.refine(each => each.role === 'assistant', 'expected an assistant message');
const messages = z.array(message).min(1);
const one = z.tuple([assistant]);
const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string(),
    description: z.string().default(''),
    parameters: z.record(z.string(), z.json()).default({}),
  }),
});
const tools = z.union([z.string(), z.array(tool)]).nullish();
const toolsText = z.object({
  tools: z
    .string()
    .transform((given, context) => {
      try {
        return JSON.parse(given) as unknown;
      } catch {
        context.addIssue('is text, but not that of a JSON list');
        return z.NEVER;
      }
    })
    .pipe(z.array(tool)),
});

const sftRow = z.object({ messages, tools });
const ktoRow = z.object({ prompt: messages, completion: one, label: z.boolean(), tools });
const dpoRow = z.object({ prompt: messages, chosen: one, rejected: one, tools });

type ReadMessage = z.infer<typeof message>;
type ReadTools = (given: z.infer<typeof tools>, where: string) => readonly Tool[];

const exampleOf = (row: JsonObject, where: string, toolsOf: ReadTools): Example => {
  if ('messages' in row) {
    const { messages, tools } = validated(sftRow, row, where);
    return { kind: 'sft', messages: conversation(messages), tools: toolsOf(tools, where) };
  }
  if ('completion' in row) {
    const { prompt, completion, label, tools } = validated(ktoRow, row, where);
    const before = conversation(prompt);
    return {
      kind: 'kto',
      prompt: before,
      completion: after(prompt, completion),
      label,
      tools: toolsOf(tools, where),
    };
  }
  if ('chosen' in row) {
    const { prompt, chosen, rejected, tools } = validated(dpoRow, row, where);
    return {
      kind: 'dpo',
      prompt: conversation(prompt),
      chosen: after(prompt, chosen),
      rejected: after(prompt, rejected),
      tools: toolsOf(tools, where),
    };
  }
  throw new BadInputError(where, `has none of the fields messages, completion, chosen`, {
    hint: 'SFT rows are {messages, tools}, KTO rows {prompt, completion, label, tools}, DPO rows {prompt, chosen, rejected, tools}.',
  });
};

const parsed = (line: string, where: string): JsonObject => {
  let row: unknown;
  try {
    row = plainNumbers(withArgumentTexts(parseKeepingNumbers(line)));
  } catch (cause) {
    throw new BadInputError(where, `is not valid JSON: ${messageOf(cause)}`, { cause });
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new BadInputError(where, 'is not a JSON object');
  return row as JsonObject;
};

/** Arguments become texts, in which their numbers keep the form that the file has. */
const withArgumentTexts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withArgumentTexts);
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'tool_calls' && Array.isArray(item) ? item.map(withArgumentText) : withArgumentTexts(item),
    ]),
  );
};

const withArgumentText = (call: unknown): unknown => {
  const named = (call as { function?: { arguments?: unknown } } | null)?.function;
  if (typeof named?.arguments !== 'object' || named.arguments === null || Array.isArray(named.arguments))
    return call;
  return { ...(call as object), function: { ...named, arguments: JSON.stringify(named.arguments) } };
};

const after = (prompt: readonly ReadMessage[], completion: readonly [ReadMessage]): [Message] => [
  conversation([...prompt, ...completion]).at(-1)!,
];

/** Calls without an id get one, and results without one answer the calls before them in order. */
const conversation = (read: readonly ReadMessage[]): readonly Message[] => {
  let count = 0;
  let waiting: string[] = [];
  return read.map((each): Message => {
    if (each.role === 'tool') {
      const next = waiting.shift();
      return { role: 'tool', tool_call_id: each.tool_call_id ?? next ?? '', content: each.content };
    }
    if (each.role !== 'assistant') return each;
    const calls = (each.tool_calls ?? []).map(({ id, function: { name, arguments: given } }) =>
      toolCall(id ?? `call${++count}`, name, typeof given === 'string' ? given : JSON.stringify(given)),
    );
    waiting = calls.map(({ id }) => id);
    const silent = calls.length > 0 && each.content === '';
    const reasoning = each.reasoning_content ?? undefined;
    const said: AssistantMessage = {
      role: 'assistant',
      content: silent ? null : (each.content ?? null),
      ...(reasoning !== undefined && { reasoning }),
    };
    return calls.length > 0 ? { ...said, tool_calls: calls } : said;
  });
};

/** Equal tool lists are read once, and shared. */
const toolReader = (known: readonly Tool[]): ReadTools => {
  const lists = new Map<string, readonly Tool[]>();
  return (given, where) => {
    if (given === null || given === undefined) return known;
    const name = typeof given === 'string' ? given : JSON.stringify(given);
    const list = lists.get(name) ?? toolList(given, where, known);
    lists.set(name, list);
    return list;
  };
};

const toolList = (
  given: z.infer<typeof tools> & {},
  where: string,
  known: readonly Tool[],
): readonly Tool[] => {
  const listed = typeof given === 'string' ? validated(toolsText, { tools: given }, where).tools : given;
  return listed.map(({ function: { name, description, parameters } }) => {
    const more = known.find(each => each.name === name);
    return { mutating: false, ...more, name, description, parameters: parameters as JsonObject };
  });
};
