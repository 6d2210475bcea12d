import type { Piece } from './pieces.ts';
import type { SlotTable } from './slots.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * How a sentence becomes tokens: known values and names are found first, so that each is one slot token however many
 * words it has; what is left are closed words.
 */

/** The tokens of an ordinary word; undefined if it is unknown. `what's` may be written as `what` and `'s`. */
const closed = (piece: Piece, vocabulary: Vocabulary): readonly number[] | undefined => {
  const token = vocabulary.word(piece.lower);
  if (token !== undefined) return [token];
  const [, stem, ending] = /^(.+?)('(?:s|m|d|t|re|ve|ll))$/.exec(piece.lower) ?? [];
  const stemToken = stem === undefined ? undefined : vocabulary.word(stem);
  if (stemToken === undefined) return undefined;
  const endingToken = vocabulary.word(ending!);
  return endingToken === undefined ? [stemToken] : [stemToken, endingToken];
};

/** Marks inside names: `Bed & Breakfast`, `Queens' College`. */
const JOINS = /^[&+/']$/;

/** A stretch of pieces that is one name: `length` without the digits that may belong to it, `full` with them. */
interface Name {
  readonly length: number;
  readonly full: number;
}

/**
 * The name that starts at `at`: a run of unknown or capitalised words. A capitalised word of the vocabulary is part of
 * one only inside a sentence and beside another; times and references stand alone.
 */
const nameAt = (pieces: readonly Piece[], at: number, vocabulary: Vocabulary): Name | undefined => {
  const unknown = (piece: Piece): boolean => closed(piece, vocabulary) === undefined;
  const open = (piece: Piece | undefined): boolean =>
    piece?.kind === 'word' && (unknown(piece) || (piece.capital && !piece.opens));
  const first = pieces[at]!;
  if (first.kind === 'code') return unknown(first) ? { length: 1, full: 1 } : undefined;
  let end = at;
  if (first.kind === 'number') {
    while (pieces[end]?.kind === 'number' && unknown(pieces[end]!)) end++;
    return end === at ? undefined : { length: end - at, full: end - at };
  }
  if (!open(first)) return undefined;
  let length = 0;
  for (end = at; ; ) {
    const piece = pieces[end];
    // An odd verb before a name is no part of it: `fancy` in "fancy Home From Home".
    if (length > 0 && first.small && piece && !piece.small && piece.kind === 'word') break;
    if (open(piece)) length = ++end - at;
    else if (piece?.kind === 'number' && (length > 1 || unknown(first))) end++;
    else if (piece && JOINS.test(piece.lower) && open(pieces[end + 1])) end++;
    else break;
  }
  return length === 1 && end === at + 1 && !unknown(first) ? undefined : { length, full: end - at };
};

/** What announces a name, and what may stand inside one: `mill upon mill`, `house of the rising sun`, `mill hotel`. */
const CUES: ReadonlySet<string> = new Set(['called', 'named', 'name']);
const LINKS: ReadonlySet<string> = new Set(['the', 'of', 'by', 'upon', 'on', 'in', 'at', 'from', 'and']);
const HEADS: ReadonlySet<string> = new Set(['hotel', 'guesthouse']);
const MOST_LINKS = 2;

/**
 * A name that is announced and written small: ordinary words belong to it as far as an unknown word follows. Without the
 * announcement nobody could tell where it begins and ends.
 */
const smallNameAt = (pieces: readonly Piece[], at: number, vocabulary: Vocabulary): Name | undefined => {
  if (!CUES.has(pieces[at - 1]?.lower ?? '') || !pieces[at]!.small) return undefined;
  let end = at;
  let unknowns = 0;
  for (let next = at; next - end <= MOST_LINKS; next++) {
    const piece = pieces[next];
    if (piece?.kind !== 'word') break;
    const unknown = closed(piece, vocabulary) === undefined;
    if (unknown) unknowns++;
    if (unknown || (HEADS.has(piece.lower) && next === end)) end = next + 1;
    else if (!LINKS.has(piece.lower)) break;
  }
  return unknowns > 0 && end - at > 1 ? { length: end - at, full: end - at } : undefined;
};

/** Known values side by side that fill the pieces from `at` to `end`; the last may reach beyond. */
const tile = (
  pieces: readonly Piece[],
  at: number,
  end: number,
  table: SlotTable,
): { readonly tokens: readonly number[]; readonly end: number } | undefined => {
  if (at >= end) return { tokens: [], end: at };
  for (const { token, length } of table.matches(pieces, at)) {
    const rest = tile(pieces, at + length, end, table);
    if (rest) return { tokens: [token, ...rest.tokens], end: rest.end };
  }
  return undefined;
};

/** Tokens of a text. Punctuation that the vocabulary lacks is left out. @throws TooManyUnknownWordsError */
export const sentenceTokens = (
  plain: string,
  pieces: readonly Piece[],
  vocabulary: Vocabulary,
  table: SlotTable,
): number[] => {
  const tokens: number[] = [];
  for (let at = 0; at < pieces.length; ) {
    const piece = pieces[at]!;
    const known = table.matches(pieces, at)[0];
    const name = smallNameAt(pieces, at, vocabulary) ?? nameAt(pieces, at, vocabulary);
    const phrase = vocabulary.phrase(pieces, at);
    if (known && known.length >= Math.max(name?.length ?? 0, phrase?.length ?? 0)) {
      tokens.push(known.token);
      at += known.length;
    } else if (phrase && phrase.length >= (name?.length ?? 0)) {
      tokens.push(phrase.token);
      at += phrase.length;
    } else if (name) {
      // A longer name wins over a known one inside it, unless it is nothing but known ones side by side.
      const parts = tile(pieces, at, at + name.length, table);
      const end = parts?.end ?? at + name.full;
      const text = plain.slice(piece.start, pieces[end - 1]!.end);
      tokens.push(...(parts?.tokens ?? [table.slot(pieces.slice(at, end), text)]));
      at = end;
    } else {
      tokens.push(...(closed(piece, vocabulary) ?? []));
      at++;
    }
  }
  return tokens;
};

/** The token of a value given by itself: a closed word, or one slot. Undefined for an empty text. */
export const valueToken = (
  plain: string,
  pieces: readonly Piece[],
  vocabulary: Vocabulary,
  table: SlotTable,
): number | undefined =>
  pieces.length === 0
    ? undefined
    : (vocabulary.word(pieces.map(piece => piece.lower).join(' ')) ?? table.slot(pieces, plain));
