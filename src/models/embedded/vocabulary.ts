import { BadInputError } from '../../base/errors.ts';
import { normalText, type Piece, splitText } from './pieces.ts';

/** What a codec is made from; stored beside the weights. */
export interface CodecSpec {
  /** Closed words in lower case, punctuation included. A phrase (`guest house`) may be one word. */
  readonly words: readonly string[];
  /** How many different open values (names, times, references) one dialogue can hold. */
  readonly slots: number;
  readonly toolNames: readonly string[];
  /** Parameters of tools and fields of results, without the `=` that their tokens are written with. */
  readonly keys: readonly string[];
  /** Tool name → fields of its results that are shown (dotted paths), for tools that do not declare their own. */
  readonly resultFields: Readonly<Record<string, readonly string[]>>;
}

const SPECIALS = ['<pad>', '<user>', '<say>', '<call>', '<result>', '<end>', '<none>', '<error>'];

/** Token ids in this order: specials, tools, keys, words, slots, and unused ids up to a multiple of 16. */
export interface Vocabulary {
  readonly size: number;
  readonly pad: number;
  readonly user: number;
  readonly say: number;
  readonly call: number;
  readonly result: number;
  readonly end: number;
  readonly none: number;
  readonly error: number;
  readonly firstSlot: number;
  readonly slots: number;
  tool(name: string): number | undefined;
  key(name: string): number | undefined;
  /** The closed word with this normal text (see `normalText`); tools and keys (`area=`) are words too when a text spells them. */
  word(text: string): number | undefined;
  /** The longest closed phrase of at least two pieces at `at`. */
  phrase(
    pieces: readonly Piece[],
    at: number,
  ): { readonly token: number; readonly length: number } | undefined;
  toolOf(token: number): string | undefined;
  keyOf(token: number): string | undefined;
  /** How a token is spelled; undefined for slots and unused ids. */
  spelling(token: number): string | undefined;
  isSpecial(token: number): boolean;
}

export const vocabularySize = (spec: CodecSpec): number =>
  Math.ceil(
    (SPECIALS.length + spec.toolNames.length + spec.keys.length + spec.words.length + spec.slots) / 16,
  ) * 16;

/** @throws BadInputError for a word that stands twice, is not in lower case, or no slots */
export const createVocabulary = (spec: CodecSpec): Vocabulary => {
  const spellings = [...SPECIALS, ...spec.toolNames, ...spec.keys.map(key => `${key}=`), ...spec.words];
  const ids = new Map<string, number>();
  for (const [id, text] of spellings.entries()) {
    if (ids.has(normalText(text)))
      throw new BadInputError('vocabulary', `${JSON.stringify(text)} stands in it twice`);
    ids.set(normalText(text), id);
  }
  for (const word of spec.words) {
    if (word === '' || word !== word.toLowerCase())
      throw new BadInputError('vocabulary', `the word ${JSON.stringify(word)} is not in lower case`);
  }
  if (!Number.isInteger(spec.slots) || spec.slots < 1)
    throw new BadInputError('vocabulary', `slots is ${spec.slots}; it must be a whole number from 1`);

  const firstTool = SPECIALS.length;
  const firstKey = firstTool + spec.toolNames.length;
  const firstWord = firstKey + spec.keys.length;
  const phrases = new Map<string, { token: number; pieces: readonly string[] }[]>();
  for (const [i, word] of spec.words.entries()) {
    const pieces = splitText(word).map(piece => piece.lower);
    if (pieces.length < 2) continue;
    const first = pieces[0]!;
    const others = phrases.get(first) ?? [];
    others.push({ token: firstWord + i, pieces });
    phrases.set(
      first,
      others.sort((a, b) => b.pieces.length - a.pieces.length),
    );
  }
  const special = (name: string): number => ids.get(normalText(`<${name}>`))!;
  return {
    size: vocabularySize(spec),
    pad: special('pad'),
    user: special('user'),
    say: special('say'),
    call: special('call'),
    result: special('result'),
    end: special('end'),
    none: special('none'),
    error: special('error'),
    firstSlot: spellings.length,
    slots: spec.slots,
    tool: name => {
      const id = ids.get(normalText(name));
      return id !== undefined && id >= firstTool && id < firstKey ? id : undefined;
    },
    key: name => {
      const id = ids.get(normalText(`${name}=`));
      return id !== undefined && id >= firstKey && id < firstWord ? id : undefined;
    },
    word: text => {
      const id = ids.get(text);
      return id !== undefined && id >= firstTool ? id : undefined;
    },
    phrase: (pieces, at) => {
      const found = phrases
        .get(pieces[at]!.lower)
        ?.find(phrase => phrase.pieces.every((text, i) => pieces[at + i]?.lower === text));
      return found && { token: found.token, length: found.pieces.length };
    },
    toolOf: token => (token >= firstTool && token < firstKey ? spellings[token] : undefined),
    keyOf: token => (token >= firstKey && token < firstWord ? spellings[token]!.slice(0, -1) : undefined),
    spelling: token => spellings[token],
    isSpecial: token => token < firstTool,
  };
};
