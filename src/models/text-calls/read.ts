/** Tool calls that stand in the text of a reply. */
import type { Tool } from '../../environments/environment.ts';
import { bareJson, type Dress, dresses, jsonCalls, type WrittenCall } from './dresses.ts';
import { plainName } from './names.ts';
import { pythonCalls } from './values.ts';

export interface TextCalls {
  /** What is said before them. */
  readonly text: string;
  /** Empty if they cannot be read. */
  readonly calls: readonly WrittenCall[];
  readonly dress: Pick<Dress, 'name' | 'parser'>;
}

/**
 * The calls that a text holds although the server did not recognise them; undefined if it holds none.
 *
 * @example readTextCalls('<tool_call>{"name": "find", "arguments": {}}</tool_call>', tools)?.calls // [{ name: 'find', … }]
 */
export const readTextCalls = (text: string, tools: readonly Tool[]): TextCalls | undefined => {
  if (tools.length === 0 || !/[<[{(]/.test(text)) return undefined;
  for (const dress of dresses) {
    const at = text.search(dress.mark);
    if (at === -1) continue;
    const calls = dress.read(text.slice(at), tools).map(plain);
    const read = calls.length > 0 ? calls : brokenCall(text.slice(at), tools);
    return { text: text.slice(0, at).trim(), calls: read, dress };
  }
  return bareCalls(text, tools);
};

const plain = (call: WrittenCall): WrittenCall => ({ ...call, name: plainName(call.name) });

const BROKEN = /"name"\s*:\s*"([^"]+)"\s*,\s*"(?:arguments|parameters)"\s*:\s*([\s\S]*?)(?:<\/tool_call>|$)/;

/** A call whose arguments break off is still a call, of a tool that is known. */
const brokenCall = (text: string, tools: readonly Tool[]): readonly WrittenCall[] => {
  const [, name, rest] = BROKEN.exec(text) ?? [];
  const called = name === undefined ? undefined : plainName(name);
  return called !== undefined && isKnown(called, tools) ? [{ name: called, arguments: rest!.trim() }] : [];
};

const isKnown = (name: string, tools: readonly Tool[]): boolean => tools.some(tool => tool.name === name);

const FENCED = /^```(?:json|tool_call|python)?\s*([\s\S]*?)\s*```$/;

/** A text that is nothing but calls of known tools, as JSON or as Python. */
const bareCalls = (text: string, tools: readonly Tool[]): TextCalls | undefined => {
  const bare = text.trim().replace(FENCED, '$1');
  if (/^[[{]/.test(bare)) {
    const calls = jsonCalls(bare).map(plain);
    const named = /"(?:arguments|parameters|args|input)"/.test(bare);
    if (named && calls.length > 0 && calls.every(({ name }) => isKnown(name, tools)))
      return { text: '', calls, dress: bareJson };
    const broken = calls.length === 0 ? brokenCall(bare, tools) : [];
    if (broken.length > 0) return { text: '', calls: broken, dress: bareJson };
  }
  if (!/^\[?[A-Za-z_][\w.-]*\([\s\S]*\)\]?$/.test(bare)) return undefined;
  const calls = pythonCalls(bare)?.map(plain) ?? [];
  if (calls.length === 0 || !calls.every(({ name }) => isKnown(name, tools))) return undefined;
  return { text: '', calls, dress: { name: 'name(…)', parser: 'pythonic' } };
};
