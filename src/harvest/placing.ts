/** Finds what messages hold in the text that a template made of them. */
import { isJsonObject, type Json } from '../dialogue/json.ts';
import type { Message } from '../dialogue/message.ts';
import { argumentsOf } from './formats/chat.ts';
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
    for (const part of [call.function.name, ...leavesOf(argumentsOf(call) ?? {})])
      pieces.push({ what, text: part });
  }
  return pieces;
};

/** Where a text stands at or after `from`, as it is or as the inside of a JSON string. */
export const place = (rendering: string, text: string, from: number): Span | undefined => {
  const forms = new Set([text, JSON.stringify(text).slice(1, -1), asciiJson(text)]);
  let best: Span | undefined;
  for (const form of forms) {
    const start = rendering.indexOf(form, from);
    if (start >= 0 && (!best || start < best.start)) best = { start, end: start + form.length };
  }
  return best;
};

/** JSON as Python writes it, with a blank after each comma and colon. */
export const spacedJson = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${spacedJson(each)}`);
  return `{${fields.join(', ')}}`;
};

const leavesOf = (value: Json): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, each]) => [key, ...leavesOf(each)]);
  return value === '' ? [] : [String(value)];
};

const asciiJson = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u0080-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
