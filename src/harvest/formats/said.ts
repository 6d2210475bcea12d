/** For the tests: what a row says, read back without a look at the writers, and what the example had said. */
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Example } from '../examples.ts';

/** Who, what, and which calls, in order. */
type Line = readonly [role: string, text: string, calls: readonly (readonly [name: string, args: Json])[]];
export interface Said {
  readonly conversations: readonly (readonly Line[])[];
  readonly label?: Json;
  readonly tools: Json;
}

/** What an example says. @param inTurn whether calls made side by side count as made one after the other */
export const said = (example: Example, inTurn: boolean): Said => {
  const tools = example.tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
  const lines = (messages: readonly Message[]) => (inTurn ? inSequence(messages) : messages).map(lineOf);
  if (example.kind === 'sft') return { conversations: [lines(example.messages)], tools };
  const before = lines(example.prompt);
  if (example.kind === 'kto')
    return { conversations: [[...before, lineOf(example.completion[0])]], label: example.label, tools };
  return {
    conversations: [example.chosen[0], example.rejected[0]].map(answer => [...before, lineOf(answer)]),
    tools,
  };
};

/** What a row says; undefined if it holds rendered strings. */
export const saidIn = (row: JsonObject): Said | undefined => {
  if (typeof row.prompt === 'string') return undefined;
  if (row.conversations !== undefined) return saidInSharegpt(row);
  const input = (row.input ?? row) as JsonObject;
  const before = ((input.messages ?? input.prompt) as JsonObject[]).map(chatLine);
  const answers = [
    row.completion,
    row.chosen ?? row.preferred_output,
    row.rejected ?? row.non_preferred_output,
  ]
    .filter(answer => answer !== undefined)
    .map(answer => (answer as JsonObject[]).map(chatLine));
  return {
    conversations: answers.length === 0 ? [before] : answers.map(answer => [...before, ...answer]),
    ...(row.label !== undefined && { label: row.label }),
    tools: (input.tools as JsonObject[]).map(tool => tool.function!),
  };
};

const saidInSharegpt = (row: JsonObject): Said => {
  const system: Line[] = row.system === '' ? [] : [['system', row.system as string, []]];
  const before = [...system, ...(row.conversations as JsonObject[]).map(sharegptLine)];
  const answers = [row.chosen, row.rejected].filter(answer => answer !== undefined) as JsonObject[];
  return {
    conversations: answers.length === 0 ? [before] : answers.map(answer => [...before, sharegptLine(answer)]),
    ...(row.kto_tag !== undefined && { label: row.kto_tag }),
    tools: JSON.parse(row.tools as string) as Json,
  };
};

const chatLine = (message: JsonObject): Line => [
  message.role as string,
  (message.content ?? '') as string,
  ((message.tool_calls ?? []) as JsonObject[]).map(({ function: named }) => {
    const { name, arguments: given } = named as JsonObject;
    return [name as string, typeof given === 'string' ? (JSON.parse(given) as Json) : given!];
  }),
];

const sharegptLine = ({ from, value }: JsonObject): Line => {
  const text = value as string;
  if (from === 'human') return ['user', text, []];
  if (from === 'observation') return ['tool', text, []];
  if (from === 'gpt') return ['assistant', text, []];
  const calls = [JSON.parse(text) as JsonObject | JsonObject[]].flat();
  return ['assistant', '', calls.map(each => [each.name as string, each.arguments!])];
};

const lineOf = (message: Message): Line => [
  message.role,
  message.content ?? '',
  message.role === 'assistant'
    ? (message.tool_calls ?? []).map(each => [
        each.function.name,
        JSON.parse(each.function.arguments) as Json,
      ])
    : [],
];

const inSequence = (messages: readonly Message[]): readonly Message[] =>
  messages.flatMap(message => {
    if (message.role === 'tool') return [];
    if (message.role !== 'assistant' || !message.tool_calls) return [message];
    return message.tool_calls.flatMap(each => {
      const answers = messages.slice(messages.indexOf(message) + 1);
      const answer = answers.find(other => other.role === 'tool' && other.tool_call_id === each.id);
      return [{ ...message, tool_calls: [each] }, ...(answer ? [answer] : [])];
    });
  });
