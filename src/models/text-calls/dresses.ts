/** The dresses in which models write tool calls when no server takes them out of the text. */
import { isJsonObject } from '../../dialogue/json.ts';
import { parseWritten } from '../../dialogue/written-json.ts';
import type { Tool } from '../../environments/environment.ts';
import { plainName } from './names.ts';
import { pythonCalls, valueFrom } from './values.ts';

/** A call as it stood in a text. */
export interface WrittenCall {
  readonly name: string;
  /** JSON text, or what should have been. */
  readonly arguments: string;
}

export interface Dress {
  /** By what one recognises it, for people. */
  readonly name: string;
  /** vLLM's parser for it (`--tool-call-parser`); undefined if it has none. */
  readonly parser?: string;
  /** Where the first call begins. */
  readonly mark: RegExp;
  /** @param text from the mark on */
  read(text: string, tools: readonly Tool[]): readonly WrittenCall[];
}

/** `{"name": …, "arguments": …}` by any of its usual words. */
const callIn = (text: string): WrittenCall | undefined => {
  const written = parseWritten(text);
  if (!written || !isJsonObject(written.value)) return undefined;
  const { value } = written;
  const inner = isJsonObject(value.function) ? JSON.stringify(value.function) : undefined;
  if (inner) return callIn(inner);
  const name = [value.name, value.function, value.tool, value.tool_name].find(
    each => typeof each === 'string',
  );
  if (typeof name !== 'string') return undefined;
  const field = ['arguments', 'parameters', 'args', 'input'].find(each => value[each] !== undefined);
  const given = field === undefined ? undefined : value[field];
  if (typeof given === 'string') return { name, arguments: given.trim() || '{}' };
  return { name, arguments: field === undefined || given === null ? '{}' : written.fieldText(field) };
};

/** All call objects from here on, alone, in lists, or one behind another. */
export const jsonCalls = (text: string): readonly WrittenCall[] => {
  const calls: WrittenCall[] = [];
  for (let at = 0; ; ) {
    const found = valueFrom(text, at);
    if (!found) return calls;
    if (found.text.startsWith('[')) {
      const inside = jsonCalls(found.text.slice(1, -1));
      if (inside.length === 0) return calls;
      calls.push(...inside);
    } else {
      const call = callIn(found.text);
      if (!call) return calls;
      calls.push(call);
    }
    at = found.end;
  }
};

/** Calls of the form name, then arguments as JSON; `name` matches the first up to where the second begins. */
const namedCalls =
  (name: RegExp) =>
  (text: string): readonly WrittenCall[] =>
    [...text.matchAll(name)].map(match => {
      const rest = text.slice(match.index + match[0].length);
      const value = /^\s*\{/.test(rest) ? valueFrom(rest)?.text : undefined;
      return { name: match[1]!, arguments: value ?? (rest.split(/<|\[TOOL_CALLS\]/)[0]!.trim() || '{}') };
    });

/** Calls whose arguments are marked one by one; the tool's schema says which of them are texts. */
const markedCalls =
  (call: RegExp, argument: RegExp) =>
  (text: string, tools: readonly Tool[]): readonly WrittenCall[] =>
    [...text.matchAll(call)].map(([, called = '', body = '']) => {
      const name = called.trim();
      const tool = tools.find(each => each.name === plainName(name));
      const properties = (tool?.parameters as { properties?: Record<string, { type?: unknown }> })
        ?.properties;
      const fields = [...body.matchAll(argument)].map(([, key = '', value = '']) => {
        const plain = value.replace(/^\r?\n/, '').replace(/\r?\n$/, '');
        const isText = properties?.[key.trim()]?.type === 'string';
        return `${JSON.stringify(key.trim())}:${(!isText && jsonText(plain)) || JSON.stringify(plain)}`;
      });
      return { name, arguments: `{${fields.join(',')}}` };
    });

const jsonText = (text: string): string | undefined => (parseWritten(text) ? text.trim() : undefined);

const mistralNamed = namedCalls(
  /\[TOOL_CALLS\]\s*([\w.-]+)\s*(?:\[CALL_ID\]\s*[\w-]+\s*)?(?:\[ARGS\])?\s*(?=\{)/g,
);

/** More telling marks first. */
export const dresses: readonly Dress[] = [
  {
    name: '<|channel|>commentary to=',
    parser: 'openai',
    mark: /(?:<\|start\|>assistant)?(?:<\|channel\|>|\bassistant)\s*(?:commentary|analysis)\s+to=|^\s*commentary\s+to=functions\./,
    read: namedCalls(/\bto=([\w.-]+)[^{]*?(?=\{)/g),
  },
  {
    name: '<|tool_call_begin|>',
    parser: 'kimi_k2',
    mark: /<\|tool_calls?_section_begin\|>|<\|tool_call_begin\|>/,
    read: namedCalls(/<\|tool_call_begin\|>\s*([^<\s]+)\s*<\|tool_call_argument_begin\|>/g),
  },
  {
    name: '<｜tool▁call▁begin｜>',
    parser: 'deepseek_v3',
    mark: /<｜tool▁calls?▁begin｜>/,
    read: namedCalls(
      /<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>)?([^<\s]+)(?:<｜tool▁sep｜>)?\s*(?:```json)?/g,
    ),
  },
  {
    name: '<function=',
    parser: 'qwen3_coder',
    mark: /(?:<tool_call>\s*)?<function=[^>]+>\s*(?=<parameter=|<\/function>)/,
    read: markedCalls(
      /<function=([^>]+)>([\s\S]*?)(?:<\/function>|<\/tool_call>|(?=<function=)|$)/g,
      /<parameter=([^>]+)>([\s\S]*?)(?:<\/parameter>|(?=<parameter=)|$)/g,
    ),
  },
  { name: '<function=name>{', mark: /<function=/, read: namedCalls(/<function=([^>{]+?)>?\s*(?=\{)/g) },
  {
    name: '<invoke name=',
    parser: 'minimax_m2',
    mark: /<(?:[\w:-]+_calls?|minimax:tool_call|｜DSML｜[\w]+)>\s*(?=<(?:｜DSML｜)?invoke\b)|<(?:｜DSML｜)?invoke name=/,
    read: markedCalls(
      /<(?:｜DSML｜)?invoke name="([^"]+)"[^>]*>([\s\S]*?)<\/(?:｜DSML｜)?invoke>/g,
      /<(?:｜DSML｜)?parameter name="([^"]+)"[^>]*>([\s\S]*?)<\/(?:｜DSML｜)?parameter>/g,
    ),
  },
  {
    name: '<arg_key>',
    parser: 'glm45',
    mark: /<tool_call>\s*[\w.-]+\s*(?=<arg_key>|<\/tool_call>)/,
    read: markedCalls(
      /<tool_call>\s*([\w.-]+)\s*([\s\S]*?)<\/tool_call>/g,
      /<arg_key>([\s\S]*?)<\/arg_key>\s*<arg_value>([\s\S]*?)<\/arg_value>/g,
    ),
  },
  {
    name: '<tool_call>',
    parser: 'hermes',
    mark: /<tool_call>|<tools>\s*(?=\{)|<TOOLCALL>|<function_calls?>/,
    read: jsonCalls,
  },
  { name: '<|tool_call|>', parser: 'granite', mark: /<\|tool_call\|>/, read: jsonCalls },
  {
    name: '[TOOL_CALLS]',
    parser: 'mistral',
    mark: /\[TOOL_CALLS\]/,
    read: text => {
      const named = mistralNamed(text);
      return named.length > 0 ? named : jsonCalls(text.replaceAll('[TOOL_CALLS]', ' '));
    },
  },
  {
    name: '<|tool_call_start|>',
    parser: 'lfm2',
    mark: /<\|tool_call_start\|>/,
    read: text => {
      const inside = text.replace(/^[\s\S]*?<\|tool_call_start\|>/, '').split('<|tool_call_end|>')[0]!;
      return pythonCalls(inside) ?? jsonCalls(inside);
    },
  },
  {
    name: '<|python_tag|>',
    parser: 'llama3_json',
    mark: /<\|python_tag\|>/,
    read: text => {
      const inside = text.replaceAll(/<\|python_tag\|>|<\|eo[mt]_id\|>/g, ' ');
      const calls = jsonCalls(inside);
      if (calls.length > 0) return calls;
      return (pythonCalls(inside) ?? []).map(call => ({ ...call, name: call.name.replace(/\.call$/, '') }));
    },
  },
  { name: 'functools[', parser: 'phi4_mini_json', mark: /\bfunctools\s*\[/, read: jsonCalls },
];

/** A reply that is nothing but a call: of many models, so that no parser is known for it. */
export const bareJson: Pick<Dress, 'name' | 'parser'> = { name: 'bare JSON' };
