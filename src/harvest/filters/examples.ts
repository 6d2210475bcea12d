/** Filters that judge one example at a time, and what is said against it. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Message, ToolCall } from '../../dialogue/message.ts';
import { type Example, promptOf, taughtBy } from '../examples.ts';
import { defineFilter, exampleFilter } from '../filter.ts';
import { argumentsOf } from '../formats/chat.ts';
import { messageKey } from '../transcript.ts';

/** Calls whose arguments are no JSON object, or that name no tool, can't be written as data or rendered. */
export const malformedCalls = defineFilter({
  name: 'malformed-calls',
  make: ({ tools }) => {
    const names = new Set(tools.map(tool => tool.name));
    const wellFormed = (call: ToolCall) => names.has(call.function.name) && argumentsOf(call) !== undefined;
    return exampleFilter(
      'examples with a call of an unknown tool, or whose arguments are not a JSON object',
      example =>
        [...promptOf(example), ...taughtBy(example)].every(message => callsOf(message).every(wellFormed)),
    );
  },
});

/** A line that lost can have said, after the same prompt, just what a line that won said. */
export const contradictingLabels = defineFilter({
  name: 'contradicting-labels',
  make: () =>
    exampleFilter(
      'negatives that a line that won also said after the same prompt',
      example => example.kind === 'sft' || !example.contradicted,
    ),
});

/** What was written before, in this task or another, is left out. */
export const duplicates = defineFilter({
  name: 'duplicates',
  argument: {
    meaning: 'examples to remember at least',
    schema: z.coerce
      .number()
      .int()
      .positive()
      .default(1 << 18),
  },
  make: (_, memory) => {
    let recent = new Set<number>();
    let older = new Set<number>();
    return exampleFilter('examples equal to an earlier one', example => {
      const key = exampleKey(example);
      if (recent.has(key) || older.has(key)) return false;
      recent.add(key);
      if (recent.size >= memory) {
        older = recent;
        recent = new Set();
      }
      return true;
    });
  },
});

const callsOf = (message: Message): readonly ToolCall[] =>
  message.role === 'assistant' ? (message.tool_calls ?? []) : [];

const keyOf = (prompt: readonly Message[], message: Message): string =>
  JSON.stringify([...prompt, message].map((each, i) => messageKey(each, prompt.slice(0, i))));

/** 52 bits of an example's meaning. */
const exampleKey = (example: Example): number => {
  const prompt = promptOf(example);
  const taught = example.kind === 'sft' ? example.messages.slice(-1) : taughtBy(example);
  const label = example.kind === 'kto' ? String(example.label) : example.kind;
  const text = `${label} ${taught.map(message => keyOf(prompt, message)).join(' ')}`;
  return Number.parseInt(hash('sha1', text).slice(0, 13), 16);
};
