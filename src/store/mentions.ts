/** Search for words in all that was said in a tree: a function `mentions(id, turns, words)` for the database's queries. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { unpack } from './pack.ts';

/**
 * Turns lie packed, so each tree that is looked through must be unpacked. What was found is remembered for the last words, so
 * that the next page of the list, or one new tree, does not cost that again.
 */
export const addMentions = (database: DatabaseSync): void => {
  let last = '';
  let found = new Map<number, boolean>();
  database.function(
    'mentions',
    (id: SQLOutputValue, turns: SQLOutputValue, words: SQLOutputValue): number => {
      if (words !== last) {
        last = String(words);
        found = new Map();
      }
      const known = found.get(Number(id));
      if (known !== undefined) return Number(known);
      const holds = turns instanceof Uint8Array && unpack(turns).some(text => holdsWords(text, last));
      found.set(Number(id), holds);
      return Number(holds);
    },
  );
};

/** Names of fields and such are no words of anybody's. */
const grammar = new Set(['speaker', 'role', 'type', 'id', 'tool_call_id']);

const holdsWords = (json: string, words: string): boolean => {
  // Nearly all are refused here, without being parsed.
  if (!json.toLowerCase().includes(JSON.stringify(words).slice(1, -1))) return false;
  return isIn(JSON.parse(json), words);
};

const isIn = (value: unknown, words: string): boolean => {
  if (typeof value === 'string') return value.toLowerCase().includes(words);
  if (Array.isArray(value)) return value.some(one => isIn(one, words));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, one]) => !grammar.has(name) && isIn(one, words));
};
