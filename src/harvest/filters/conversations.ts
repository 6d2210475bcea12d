/** Filters that judge golden conversations as a whole. */
import { isJsonObject, type Json } from '../../dialogue/json.ts';
import type { Message, ToolCall } from '../../dialogue/message.ts';
import { defineFilter, exampleFilter, treeFilter } from '../filter.ts';
import { argumentsOf } from '../formats/chat.ts';

/** The reference's text filter (josh.md, section 4). */
export const errorText = defineFilter({
  name: 'error-text',
  make: () =>
    treeFilter(
      'trees whose golden conversation holds an error text or a mixed-up result',
      ({ golden }) =>
        !golden.some(({ role, content }) => {
          const text = content ?? '';
          return /ERROR:|Error:|FAILURE/.test(text) || (role === 'assistant' && text.includes('APIRETURN'));
        }),
    ),
});

/** Of several trees of one task, only the longest golden path is imitated. */
export const longestPath = defineFilter({
  name: 'longest-path',
  make: () =>
    exampleFilter(
      'golden paths of a task other than its longest',
      (example, harvest, batch) =>
        example.kind !== 'sft' ||
        harvest ===
          batch.reduce((best, other) =>
            other.examples.some(({ kind }) => kind === 'sft') && other.golden.length > best.golden.length
              ? other
              : best,
          ),
    ),
});

/** The same call again with the same result, nothing having been written in between, teaches waste. */
export const wastedCalls = defineFilter({
  name: 'wasted-calls',
  make: ({ tools }) => {
    const mutating = new Set(tools.filter(tool => tool.mutating).map(tool => tool.name));
    return treeFilter('trees whose golden conversation repeats a call to no purpose', ({ golden }) => {
      let seen = new Set<string>();
      for (const { call, result } of answeredCalls(golden)) {
        const key = JSON.stringify([
          call.function.name,
          argumentsOf(call) ?? call.function.arguments,
          result,
        ]);
        if (seen.has(key)) return false;
        if (mutating.has(call.function.name)) seen = new Set();
        seen.add(key);
      }
      return true;
    });
  },
});

/**
 * A tool that writes was granted twice with arguments that agree in part and differ in part: the same thing booked
 * for two days, or two hotels for the same night. Granted is a result that is a JSON object or a filled list.
 */
export const contradictingCalls = defineFilter({
  name: 'contradicting-calls',
  make: ({ tools }) => {
    const mutating = new Set(tools.filter(tool => tool.mutating).map(tool => tool.name));
    return treeFilter('trees whose golden conversation writes two things at odds', ({ golden }) => {
      const granted = answeredCalls(golden).filter(
        ({ call, result }) => mutating.has(call.function.name) && isGranted(result),
      );
      return !granted.some(({ call: a }, i) => granted.slice(0, i).some(({ call: b }) => atOdds(a, b)));
    });
  },
});

const answeredCalls = (
  messages: readonly Message[],
): { readonly call: ToolCall; readonly result: string }[] => {
  const results = new Map<ToolCall, string>();
  let open: readonly ToolCall[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') open = message.tool_calls ?? open;
    if (message.role !== 'tool') continue;
    const call = open.find(({ id }) => id === message.tool_call_id);
    if (call) results.set(call, message.content);
  }
  return [...results].map(([call, result]) => ({ call, result }));
};

const isGranted = (result: string): boolean => {
  try {
    const value = JSON.parse(result) as Json;
    return Array.isArray(value) ? value.length > 0 : isJsonObject(value);
  } catch {
    return false;
  }
};

const atOdds = (a: ToolCall, b: ToolCall): boolean => {
  if (a.function.name !== b.function.name) return false;
  const [left, right] = [argumentsOf(a) ?? {}, argumentsOf(b) ?? {}];
  const shared = Object.keys(left).filter(key => Object.hasOwn(right, key));
  const agrees = (key: string) => JSON.stringify(left[key]) === JSON.stringify(right[key]);
  return shared.some(agrees) && !shared.every(agrees);
};
