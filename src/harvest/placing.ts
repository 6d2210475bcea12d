/** Finds what messages hold in the text that a template made of them. */
import { isRawNumber } from '../base/json-numbers.ts';
import { pythonJson, pythonNumber } from '../base/python-json.ts';
import { isJsonObject, type Json } from '../dialogue/json.ts';
import type { Message } from '../dialogue/message.ts';
import { argumentsOf, writableArguments } from './formats/chat.ts';
import type { Span } from './formats/chat-template.ts';

/** Something that must be found in a rendering. */
export interface Piece {
  /** What it is, for a report. */
  readonly what: string;
  readonly text: string;
}

/** What of a message must not get lost: its text, and of calls the name, the keys and the plain values. */
export const piecesOf = (message: Message): readonly Piece[] => {
  const text = (message.content ?? '').trim();
  const pieces: Piece[] = text === '' ? [] : [{ what: 'its text', text }];
  if (message.role !== 'assistant') return pieces;
  for (const call of message.tool_calls ?? []) {
    const what = `part of its call of ${call.function.name}`;
    const args = argumentsOf(call) ? writableArguments(call) : {};
    for (const part of [call.function.name, ...leavesOf(args)]) pieces.push({ what, text: part });
  }
  return pieces;
};

/** Where a text stands at or after `from`, as it is or as the inside of a JSON string. */
export const place = (rendering: string, text: string, from: number): Span | undefined => {
  const forms = new Set([text, JSON.stringify(text).slice(1, -1), pythonJson(text).slice(1, -1)]);
  let best: Span | undefined;
  for (const form of forms) {
    const start = rendering.indexOf(form, from);
    if (start >= 0 && (!best || start < best.start)) best = { start, end: start + form.length };
  }
  return best;
};

const leavesOf = (value: Json): readonly string[] => {
  if (isRawNumber(value)) return [pythonNumber(value.rawJSON)];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, each]) => [key, ...leavesOf(each)]);
  return value === '' ? [] : [String(value)];
};
