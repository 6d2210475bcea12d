/**
 * The latest responses, for clients that go on from one by its id (`previous_response_id`) or name an item of it, as
 * the AI SDK does between the steps of a tool loop. Bounded, in memory alone: a restart forgets them all.
 */
import type { Message } from '../dialogue/message.ts';
import { Problem } from '../http/problem.ts';
import type { InputItem } from './response-input.ts';

/** A response as it is kept. */
export interface Remembered {
  readonly id: string;
  /** As it was sent. */
  readonly response: object;
  /** What was said up to its end, without instructions. */
  readonly conversation: readonly Message[];
  /** What the model added, by id. */
  readonly items: ReadonlyMap<string, InputItem>;
}

export interface ResponseMemory {
  remember(response: Remembered): void;
  /** @throws Problem 404 */
  response(id: string): object;
  /** @throws Problem 404 */
  forget(id: string): void;
  /** @throws Problem 400 naming `previous_response_id` */
  conversation(id: string): readonly Message[];
  /** @throws Problem 400 naming `input` */
  item(id: string): InputItem;
}

export interface MemoryBounds {
  readonly mostResponses: number;
  /** Of all that is kept, as JSON. */
  readonly mostCharacters: number;
}

const defaultBounds: MemoryBounds = { mostResponses: 1000, mostCharacters: 64_000_000 };

export const responseMemory = (bounds: MemoryBounds = defaultBounds): ResponseMemory => {
  /** Oldest first. */
  const kept = new Map<string, Remembered & { readonly characters: number }>();
  const items = new Map<string, InputItem>();
  let characters = 0;
  const drop = (id: string): boolean => {
    const old = kept.get(id);
    if (!old) return false;
    kept.delete(id);
    characters -= old.characters;
    for (const item of old.items.keys()) items.delete(item);
    return true;
  };
  const explained = `the server remembers its latest ${bounds.mostResponses} responses, none of before it started, and none with "store": false`;
  return {
    remember: remembered => {
      const size = JSON.stringify([remembered.response, remembered.conversation]).length;
      kept.set(remembered.id, { ...remembered, characters: size });
      for (const [id, item] of remembered.items) items.set(id, item);
      characters += size;
      for (const id of kept.keys()) {
        if (kept.size <= bounds.mostResponses && characters <= bounds.mostCharacters) break;
        drop(id);
      }
    },
    response: id => {
      const found = kept.get(id);
      if (found) return found.response;
      throw new Problem(404, `there is no response ${JSON.stringify(id)}: ${explained}`);
    },
    forget: id => {
      if (!drop(id)) throw new Problem(404, `there is no response ${JSON.stringify(id)}: ${explained}`);
    },
    conversation: id => {
      const found = kept.get(id);
      if (found) return found.conversation;
      throw new Problem(400, `there is no response ${JSON.stringify(id)} to go on from: ${explained}`, {
        param: 'previous_response_id',
        code: 'previous_response_not_found',
      });
    },
    item: id => {
      const found = items.get(id);
      if (found) return found;
      throw new Problem(400, `there is no item ${JSON.stringify(id)}: ${explained}`, {
        param: 'input',
        code: 'item_not_found',
      });
    },
  };
};
