import { raise, typeName } from './python.ts';
import { reprText } from './repr.ts';
import type { Value } from './value.ts';

const space = '[\\t-\\r \\x85\\p{Zs}\\u2028\\u2029]*';
const pattern = new RegExp(`^${space}([+-]?)(\\p{Nd}+(?:_\\p{Nd}+)*)${space}$`, 'u');

/** The digit that a decimal digit of any script stands for: scripts have theirs in runs of ten. */
const digitOf = (character: string): number => {
  const code = character.codePointAt(0)!;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (code - zero) % 10;
};

/** Python's `int(text)`: surrounding spaces, a sign, digits of any script, single underscores between them. */
export const integerOf = (text: Value): bigint => {
  if (typeof text !== 'string') {
    return raise(
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(text)}'`,
    );
  }
  const match = pattern.exec(text);
  if (!match) return raise(`invalid literal for int() with base 10: ${reprText(text)}`);
  const magnitude = BigInt([...match[2]!.replaceAll('_', '')].map(digitOf).join(''));
  return match[1] === '-' ? -magnitude : magnitude;
};
