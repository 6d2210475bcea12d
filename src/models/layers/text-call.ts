import type { Tool } from '../../environments/environment.ts';

/** Marks that models put around calls when no parser takes them out: Hermes and Qwen, Llama, Mistral, Kimi, Harmony. */
const MARKS =
  /<tool_call>|<\|python_tag\|>|<function=|\[TOOL_CALLS\]|<\|tool_calls?_(?:section_)?begin\|>|<\|channel\|>commentary to=/;
const NAME = /"(?:name|function|tool)"\s*:\s*"(?:functions\.)?([^":]+)(?::\d+)?"/;

/** True if a text is a tool call that the server did not recognise as one. */
export const holdsTextCall = (text: string, tools: readonly Tool[]): boolean => {
  if (tools.length === 0) return false;
  if (MARKS.test(text)) return true;
  const bare = text.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, '$1');
  if (!/^[[{]/.test(bare) || !/"(?:arguments|parameters|args)"/.test(bare)) return false;
  const name = NAME.exec(bare)?.[1];
  return name !== undefined && tools.some(tool => tool.name === name);
};
