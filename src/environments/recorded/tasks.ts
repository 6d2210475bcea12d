/** Tasks made of recorded conversations, as ToolWOZ was made of MultiWOZ: calls become goals, the user's lines a script. */
import type { Json } from '../../dialogue/json.ts';
import { sameJson } from '../define/json.ts';
import type { Tool } from '../environment.ts';
import type { Event, Recorded } from './conversations.ts';

/** A line of a task file. */
export interface RecordedTask {
  readonly id: string;
  readonly instructions: string | readonly string[];
  readonly script: readonly string[];
  readonly goals: readonly { readonly call: string; readonly arguments: Json }[];
}

/** A conversation, or a call of one, of which nothing was made. */
export interface LeftOut {
  readonly where: string;
  readonly reason: string;
}

export interface TaskOptions {
  /** Of the environment, where it is known: calls to others are left out. */
  readonly tools?: readonly Tool[];
  /** `mutating`: only calls to tools that may write. */
  readonly goals: 'all' | 'mutating';
}

/**
 * The calls that were made and not refused become goals, each once; the user's lines the script, and without a model that
 * writes better ones, the instructions.
 */
export const taskFrom = (
  { id, where, events }: Recorded,
  { tools, goals }: TaskOptions,
): { readonly task: RecordedTask | undefined; readonly leftOut: readonly LeftOut[] } => {
  const leftOut: LeftOut[] = [];
  const wanted: { call: string; arguments: Json }[] = [];
  for (const event of events) {
    if (event.kind !== 'call') continue;
    const reason = reasonAgainst(event, tools, goals);
    if (reason !== undefined) leftOut.push({ where, reason });
    else if (!wanted.some(one => one.call === event.tool && sameJson(one.arguments, event.arguments)))
      wanted.push({ call: event.tool, arguments: event.arguments });
  }
  const script = events.flatMap(event => (event.kind === 'user' ? [event.text] : []));
  const none = whyNone(script, wanted.length);
  if (none !== undefined) return { task: undefined, leftOut: [...leftOut, { where, reason: none }] };
  const instructions = ['What you said, to be said again in your own words:', ...script];
  return { task: { id, instructions, script, goals: wanted }, leftOut };
};

const whyNone = (script: readonly string[], goals: number): string | undefined => {
  if (script.length === 0) return 'the user says nothing';
  return goals === 0 ? 'no call in it can be a goal' : undefined;
};

const reasonAgainst = (
  { tool, result }: Extract<Event, { readonly kind: 'call' }>,
  tools: readonly Tool[] | undefined,
  goals: TaskOptions['goals'],
): string | undefined => {
  const known = tools?.find(({ name }) => name === tool);
  if (tools && !known) return `a call to ${tool}, which the environment does not have`;
  if (result === undefined) return `a call to ${tool} without a result`;
  if (isRefusal(result)) return `a call to ${tool} that was refused`;
  return goals === 'mutating' && !known?.mutating ? `a call to ${tool}, which only reads` : undefined;
};

/** A result that begins as errors do, or an object that has one. */
const isRefusal = (result: string): boolean => {
  if (/^\W*(error|exception|traceback|failed|invalid)\b/i.test(result)) return true;
  try {
    const value = JSON.parse(result) as { error?: unknown; isError?: unknown; success?: unknown } | null;
    if (typeof value !== 'object' || value === null) return false;
    return Boolean(value.error) || value.isError === true || value.success === false;
  } catch {
    return false;
  }
};

/**
 * What instructions give away: values that the conversation's tools found and its user never said. A user who knows them
 * would tell the agent what it has to find out.
 */
export const leaksIn = (instructions: string, { events }: Recorded): readonly string[] => {
  const told = events.flatMap(event => (event.kind === 'user' ? [event.text.toLowerCase()] : [])).join('\n');
  const found = events.flatMap(event => (event.kind === 'call' ? valuesIn(event.result ?? '') : []));
  const text = instructions.toLowerCase();
  return [...new Set(found)].filter(value => isIn(value, text) && !isIn(value, told));
};

const isIn = (value: string, text: string): boolean => {
  const escaped = value.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(text);
};

/** Names, numbers and references of a result; words too short to give anything away are none. */
const valuesIn = (result: string): readonly string[] => {
  let value: Json;
  try {
    value = JSON.parse(result) as Json;
  } catch {
    return result.match(/[\p{L}]*\d[\p{L}\d.-]*\d|\p{Lu}[\p{L}]{3,}/gu) ?? [];
  }
  return leavesOf(value).filter(leaf => leaf.length >= 3 && leaf.length <= 80);
};

const leavesOf = (value: Json): readonly string[] => {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(child => leavesOf(child as Json));
};
