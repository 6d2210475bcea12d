import type { Tool } from '../../environments/environment.ts';
import type { Completion } from '../model.ts';

/** Kimi's and Harmony's names as the tool's own: `functions.find:0`, `find<|channel|>commentary`. */
export const plainName = (name: string): string =>
  name
    .replace(/<\|[\s\S]*$/, '')
    .trim()
    .replace(/^functions?\./, '')
    .replace(/:\d+$/, '');

/** Calls whose names a server left in the model's own dress are calls of the tools that they mean. */
export const withToolNames = (completion: Completion, tools: readonly Tool[]): Completion => {
  const known = (name: string): boolean => tools.some(tool => tool.name === name);
  const dressed = (name: string): boolean => !known(name) && known(plainName(name));
  if (!completion.toolCalls.some(call => dressed(call.function.name))) return completion;
  return {
    ...completion,
    toolCalls: completion.toolCalls.map(call =>
      dressed(call.function.name)
        ? { ...call, function: { ...call.function, name: plainName(call.function.name) } }
        : call,
    ),
  };
};
