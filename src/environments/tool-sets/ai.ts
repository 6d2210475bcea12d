/** `aiTools`: the tool set of an AI SDK agent as sessions. */
import { JuxtaError } from '../../base/errors.ts';
import type { JsonSchema, StandardSchema } from '../define/input.ts';
import type { OwnTask } from '../define/task.ts';
import type { Session, SessionTool, SessionTools } from '../sessions/session.ts';

/** The part of the AI SDK's `Tool` that is used here. */
export interface AiTool {
  readonly description?: string | ((options: { readonly context: never }) => string) | undefined;
  readonly inputSchema: unknown;
  /** May return an async iterable: the last of what it gives is the result. */
  readonly execute?: ((input: never, options: never) => unknown) | undefined;
  readonly toModelOutput?: ((options: never) => unknown) | undefined;
}
/** Tools by name, as the AI SDK’s `generateText` takes them. */
export type AiToolSet = Readonly<Record<string, AiTool>>;

/** What `aiTools` cannot read off the tools themselves. */
export interface AiToolsOptions {
  /** Tools that change nothing, by name; true: all. */
  readonly readOnly?: true | readonly string[];
  /** What tools and their descriptions are given as `context`. */
  readonly context?: unknown;
  /** Frees what a session's set of tools holds. */
  readonly close?: (tools: AiToolSet) => unknown;
}

/**
 * AI SDK tools close over live objects: a connection, a cart. So each session has a set of its own, which `make` makes; a
 * fork is a new set in which the calls so far are made again. A set that was made once is taken only where all of its
 * tools are `readOnly`.
 * @param make is told the session's task, and nothing while tools are listed
 * @example
 * export default sessionEnvironment({
 *   name: 'shop',
 *   systemPrompt: 'You help customers of a shop.',
 *   tasks: tasksFrom('tasks.jsonl'),
 *   ...aiTools(() => makeTools(createDatabase()), { readOnly: ['find_order'] }),
 * });
 * @throws JuxtaError `bad-environment` for a set that is shared and may write
 */
export const aiTools = (
  make: AiToolSet | ((task?: OwnTask) => AiToolSet | Promise<AiToolSet>),
  options: AiToolsOptions = {},
): SessionTools => {
  const { readOnly = [], context } = options;
  const reads = (name: string): boolean => readOnly === true || readOnly.includes(name);
  const shared = typeof make !== 'function';
  const writes = shared && Object.keys(make).find(name => !reads(name));
  if (writes)
    throw new JuxtaError(
      'bad-environment',
      `a set of AI SDK tools is shared by forks, but ${writes} may write`,
      {
        hint: 'give a function that makes a new set: aiTools(() => makeTools(db)); or say { readOnly: true } if none writes',
      },
    );
  const makeSet = async (task?: OwnTask): Promise<AiToolSet> =>
    typeof make === 'function' ? make(...(task ? [task] : [])) : make;
  const close = async (tools: AiToolSet): Promise<void> => {
    if (!shared) await options.close?.(tools);
  };
  return {
    shared,
    tools: async () => {
      const set = await makeSet();
      const described = Object.entries(set).map(
        async ([name, tool]) => [name, await sessionTool(name, tool, reads(name), context)] as const,
      );
      const tools = Object.fromEntries(await Promise.all(described));
      await close(set);
      return tools;
    },
    open: async task => sessionOf(await makeSet(task), context, close),
  };
};

const sessionOf = (set: AiToolSet, context: unknown, close: (tools: AiToolSet) => Promise<void>): Session => {
  let calls = 0;
  return {
    call: async (name, input, { signal }) => {
      const tool = set[name]!;
      const toolCallId = `call_${calls++}`;
      const given = { toolCallId, messages: [], abortSignal: signal, context };
      const output = await lastOf(tool.execute!(input as never, given as never));
      if (!tool.toModelOutput) return output;
      return shownToModel(await tool.toModelOutput({ toolCallId, input, output } as never));
    },
    close: () => close(set),
  };
};

const sessionTool = async (
  name: string,
  { description, inputSchema, execute }: AiTool,
  readOnly: boolean,
  context: unknown,
): Promise<SessionTool> => {
  if (typeof execute !== 'function')
    throw new JuxtaError('bad-tool', `the tool ${name} has no execute`, {
      hint: 'tools that a provider or a client executes cannot be played here: leave it out of the set',
    });
  return {
    description:
      typeof description === 'function' ? description({ context: context as never }) : (description ?? ''),
    inputSchema: await schemaOf(inputSchema),
    readOnly,
  };
};

/** A Standard Schema, the SDK's own `jsonSchema(…)`, or a function that gives one. */
const schemaOf = async (given: unknown): Promise<StandardSchema<unknown> | JsonSchema> => {
  const schema = typeof given === 'function' && !('~standard' in given) ? (given as () => unknown)() : given;
  if (typeof schema !== 'object' || schema === null || '~standard' in schema) return schema as JsonSchema;
  return 'jsonSchema' in schema ? ((await schema.jsonSchema) as JsonSchema) : (schema as JsonSchema);
};

const lastOf = async (given: unknown): Promise<unknown> => {
  const result = await given;
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) return result;
  let last: unknown;
  for await (const each of result as AsyncIterable<unknown>) last = each;
  return last;
};

/** What `toModelOutput` made of a result. @throws Error what the model reads, if it made an error of it */
const shownToModel = (output: unknown): unknown => {
  const { type, value } = output as { readonly type: string; readonly value?: unknown };
  if (type.startsWith('error')) throw new Error(typeof value === 'string' ? value : JSON.stringify(value));
  if (type !== 'content') return value;
  return (value as readonly { readonly type: string; readonly text?: string }[])
    .map(part => part.text ?? `[${part.type} that cannot be shown]`)
    .join('\n');
};
