/** Which of vLLM's tool parsers (`--tool-call-parser`) reads what a model writes. */

import { dresses } from './dresses.ts';

/** How templates show a model to write its calls; more telling signs first. */
const bySign: readonly (readonly [RegExp, string])[] = [
  [/<\|channel\|>/, 'openai'],
  [/tool_(list|call|response)_start/, 'lfm2'],
  [/<function=/, 'qwen3_coder'],
  [/<arg_key>/, 'glm45'],
  [/tool_calls_section_begin/, 'kimi_k2'],
  [/\[TOOL_CALLS\]/, 'mistral'],
  [/tool▁call▁begin[\s\S]*```json/, 'deepseek_v3'],
  [/tool▁call▁begin/, 'deepseek_v31'],
  [/minimax:tool_call/, 'minimax_m2'],
  [/<\|tool_call\|>/, 'granite'],
  [/<tool_call>/, 'hermes'],
  [/<\|python_tag\|>|"parameters": dictionary/, 'llama3_json'],
  [/functools/, 'phi4_mini_json'],
];

const byName: readonly (readonly [RegExp, string])[] = [
  [/gpt-oss/i, 'openai'],
  [/lfm-?\d/i, 'lfm2'],
  [/kimi-?k2/i, 'kimi_k2'],
  [/glm-?[4-9]/i, 'glm45'],
  [/minimax-?m2/i, 'minimax_m2'],
  [/deepseek.*v3\.1/i, 'deepseek_v31'],
  [/deepseek.*(v3|r1)/i, 'deepseek_v3'],
  [/granite/i, 'granite'],
  [/llama-?4/i, 'llama4_pythonic'],
  [/llama-?3/i, 'llama3_json'],
  [/phi-?4-?mini/i, 'phi4_mini_json'],
  [/mi[sn]i?stral|mixtral|magistral|devstral/i, 'mistral'],
  // Qwen3.5 and later write what only the coders among their elders did.
  [/qwen-?3-?coder|qwen-?3\.[5-9]|qwen-?[4-9]/i, 'qwen3_coder'],
  [/qwen|hermes/i, 'hermes'],
];

/**
 * vLLM's parser for a model; undefined if its template shows no call that we know.
 *
 * @param name as it is known at its home, for example `Qwen/Qwen3-8B`
 * @param template its own chat template, which is surer than the name
 */
export const toolParserOf = (name: string, template?: string): string | undefined =>
  (template === undefined ? byName : bySign).find(([sign]) => sign.test(template ?? name))?.[1];

/** vLLM's parser for calls in this dress. @param dress its name */
export const parserOfDress = (dress: string): string | undefined =>
  dresses.find(({ name }) => name === dress)?.parser;
