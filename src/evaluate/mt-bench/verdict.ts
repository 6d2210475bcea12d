/** What a judge's reply says, as FastChat reads it. */

/**
 * How a score is read. `official`: as FastChat does it: a number in double brackets, else in single ones, whatever its
 * size. `strict`: only from 1 to 10 and in double brackets; without one the judge is asked again.
 */
export type JudgeParse = 'official' | 'strict';

const doubleBrackets = /\[\[(\d+\.?\d*)\]\]/;
const singleBrackets = /\[(\d+\.?\d*)\]/;
/** Python reads no number with a zero before its other digits; FastChat raises on it. */
const withoutValue = /^0+[1-9]\d*$/;

/** The score that a reply gives; null if it gives none. */
export const scoreIn = (reply: string, parse: JudgeParse): number | null => {
  const found = doubleBrackets.exec(reply) ?? (parse === 'official' ? singleBrackets.exec(reply) : null);
  const written = found?.[1];
  if (written === undefined || (parse === 'official' && withoutValue.test(written))) return null;
  const score = Number(written);
  return parse === 'official' || (score >= 1 && score <= 10) ? score : null;
};

/** Who won one comparison: the first answer, the second, neither, or `error` if the reply does not say. */
export type Verdict = 'A' | 'B' | 'tie' | 'error';

/** The first of the three that stands anywhere in the reply. */
export const verdictIn = (reply: string): Verdict => {
  if (reply.includes('[[A]]')) return 'A';
  if (reply.includes('[[B]]')) return 'B';
  return reply.includes('[[C]]') ? 'tie' : 'error';
};
