/**
 * A text cut into words and punctuation. Times, decimal numbers and e-mail addresses are one piece; an apostrophe or
 * a hyphen inside a word belongs to it.
 */
export interface Piece {
  /** Lower-cased, with typographic apostrophes made plain: pieces are compared by this. */
  readonly lower: string;
  /** Where the piece stands in its text. */
  readonly start: number;
  readonly end: number;
  /** `mark` is punctuation, `number` digits only, `code` a time or a reference: a value of its own. */
  readonly kind: 'word' | 'number' | 'code' | 'mark';
  /** Written like part of a name: Title or mixed case. Shouted words are not, nor is `I`. */
  readonly capital: boolean;
  /** Starts with a lower-case letter. */
  readonly small: boolean;
  /** First of its sentence, where a capital says nothing. */
  readonly opens: boolean;
}

const PIECE =
  /\d{1,2}:\d{2}(?!\d)|[\w.+-]+@[\w.-]*\w|\d+(?:[.,]\d+)+|(?<![\p{L}\p{N}])'(?:s|m|d|t|re|ve|ll)(?![\p{L}\p{N}])|[\p{L}\p{N}\p{M}_]+(?:['-][\p{L}\p{N}\p{M}_]+)*=?|\S/gu;

const kindOf = (text: string): Piece['kind'] => {
  if (/^\d+(?:[.,]\d+)*$/.test(text)) return 'number';
  if (/^\d+:\d+$/.test(text) || text.includes('@')) return 'code';
  if (!/[\p{L}\p{N}]/u.test(text)) return 'mark';
  return text.length >= 5 && /\d/.test(text) && /\p{L}/u.test(text) ? 'code' : 'word';
};

/** One spelling of apostrophes and spaces; positions of pieces refer to the text after this. */
export const plainText = (text: string): string => text.replaceAll('’', "'").trim();

/** What texts are compared by: lower-cased pieces with a space between them. */
export const normalText = (text: string): string =>
  splitText(plainText(text))
    .map(piece => piece.lower)
    .join(' ');

/** @param plain a text from `plainText` */
export const splitText = (plain: string): Piece[] => {
  const pieces: Piece[] = [];
  let opens = true;
  let last = 0;
  for (const match of plain.matchAll(PIECE)) {
    const found = match[0];
    const start = match.index;
    const end = start + found.length;
    const kind = kindOf(found);
    if (plain.slice(last, start).includes('\n')) opens = true;
    pieces.push({
      lower: found.toLowerCase(),
      start,
      end,
      kind,
      capital:
        /^\p{Lu}/u.test(found) && !/^I(?:'|$)/.test(found) && (found.length === 1 || /\p{Ll}/u.test(found)),
      small: /^\p{Ll}/u.test(found),
      opens,
    });
    if (kind !== 'mark') opens = false;
    else if (/[.!?;]/.test(found)) opens = true;
    last = end;
  }
  return pieces;
};

/** Words put together to a text: one space between them, none before closing punctuation. */
export const joinText = (words: readonly string[]): string => {
  let text = '';
  for (const word of words) text += text === '' || /^[.,?!;:]$/.test(word) ? word : ` ${word}`;
  return text;
};
