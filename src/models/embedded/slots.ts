import { random } from '../../base/random.ts';
import { TooManyUnknownWordsError } from './codec-errors.ts';
import type { Piece } from './pieces.ts';

/** An open value of a dialogue and the slot token that stands for it. */
export interface SlotValue {
  readonly token: number;
  /** As first mentioned. */
  readonly text: string;
  readonly pieces: readonly string[];
}

/** The open values of one dialogue so far. Immutable: forks of a conversation share it. */
export interface DialogueSlots {
  /** In the order of their first mention. */
  readonly values: readonly SlotValue[];
  /** Tool calls so far, which names the next call's id. */
  readonly calls: number;
}

/** Slot numbers in the order in which a dialogue with this seed gives them out. */
export const slotOrder = (slots: number, slotSeed: number): readonly number[] =>
  random('slots', slotSeed).shuffle(Array.from({ length: slots }, (_, i) => i));

/** The values of a dialogue while it is being read. `fork` is cheap until the copy meets a new value. */
export interface SlotTable {
  readonly values: readonly SlotValue[];
  /** The slot of the value with exactly these pieces; a new one if there is none. @throws TooManyUnknownWordsError */
  slot(pieces: readonly Piece[], text: string): number;
  /** Lengths of the known values that stand at `at`, longest first, with their tokens. */
  matches(
    pieces: readonly Piece[],
    at: number,
  ): readonly { readonly token: number; readonly length: number }[];
  fork(): SlotTable;
}

interface Contents {
  values: SlotValue[];
  /** First piece → values that start with it, longest first. */
  byFirst: Map<string, SlotValue[]>;
}

const sameText = (value: SlotValue, pieces: readonly Piece[], at: number): boolean => {
  for (let i = 0; i < value.pieces.length; i++) if (value.pieces[i] !== pieces[at + i]?.lower) return false;
  return true;
};

const table = (firstSlot: number, order: readonly number[], start: Contents, shared: boolean): SlotTable => {
  let contents = start;
  let isShared = shared;
  const add = (value: SlotValue): void => {
    if (isShared) contents = { values: [...contents.values], byFirst: new Map(contents.byFirst) };
    isShared = false;
    contents.values.push(value);
    const first = value.pieces[0]!;
    const alike = [...(contents.byFirst.get(first) ?? []), value];
    contents.byFirst.set(
      first,
      alike.sort((a, b) => b.pieces.length - a.pieces.length),
    );
  };
  return {
    get values() {
      return contents.values;
    },
    slot: (pieces, text) => {
      const known = contents.byFirst
        .get(pieces[0]!.lower)
        ?.find(value => value.pieces.length === pieces.length && sameText(value, pieces, 0));
      if (known) return known.token;
      const next = order[contents.values.length];
      if (next === undefined) throw new TooManyUnknownWordsError(order.length, text);
      const token = firstSlot + next;
      add({ token, text: text.replace(/\s+/g, ' '), pieces: pieces.map(piece => piece.lower) });
      return token;
    },
    matches: (pieces, at) =>
      (contents.byFirst.get(pieces[at]!.lower) ?? [])
        .filter(value => sameText(value, pieces, at))
        .map(value => ({ token: value.token, length: value.pieces.length })),
    fork: () => {
      isShared = true;
      return table(firstSlot, order, contents, true);
    },
  };
};

export const emptySlotTable = (firstSlot: number, slots: number, slotSeed: number): SlotTable =>
  table(firstSlot, slotOrder(slots, slotSeed), { values: [], byFirst: new Map() }, false);
