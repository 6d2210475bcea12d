/** The calculator's tokens: what of Python's can be written with `0-9 + - * / ( ) .` and spaces. */
import { raise } from '../values/python.ts';

export type Token =
  | { readonly kind: 'integer' | 'float'; readonly text: string }
  | { readonly kind: 'ellipsis' | 'end' }
  | { readonly kind: '+' | '-' | '*' | '/' | '//' | '**' | '(' | ')' | '.' };

/** Python's message for a text that is no expression. */
export const syntaxError = (problem: string): never => raise(`${problem} (<string>, line 1)`);

const pattern = / *(?:(\d+\.\d*|\.\d+)|(\d+)|(\.\.\.)|(\*\*|\/\/|[-+*/().])|$)/y;

/** Python's own bounds, beyond which it refuses to read. */
const maximumDigits = 4300;
const maximumDepth = 200;
/** A bound of our own, before the stack's. */
const maximumTokens = 4000;

const checkInteger = (digits: string): void => {
  if (/^0+[1-9]/.test(digits)) {
    syntaxError(
      'leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers',
    );
  }
  if (digits.length > maximumDigits) {
    syntaxError(
      `Exceeds the limit (${maximumDigits} digits) for integer string conversion: value has ${digits.length} digits; ` +
        'use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals ' +
        'to avoid decimal conversion limits.',
    );
  }
};

/**
 * The tokens of an expression, `end` last. `closed` is false if a parenthesis stays open.
 * @throws PythonError for what is wrong with single tokens or closes what was never open
 */
export const scan = (expression: string): { readonly tokens: readonly Token[]; readonly closed: boolean } => {
  const tokens: Token[] = [];
  let depth = 0;
  pattern.lastIndex = 0;
  for (;;) {
    if (tokens.length > maximumTokens) raise('maximum recursion depth exceeded during compilation');
    const [, float, integer, ellipsis, sign] = pattern.exec(expression)!;
    if (float !== undefined) tokens.push({ kind: 'float', text: float });
    else if (integer !== undefined) {
      checkInteger(integer);
      tokens.push({ kind: 'integer', text: integer });
    } else if (ellipsis !== undefined) tokens.push({ kind: 'ellipsis' });
    else if (sign !== undefined) {
      if (sign === '(' && ++depth > maximumDepth) syntaxError('too many nested parentheses');
      if (sign === ')' && --depth < 0) syntaxError("unmatched ')'");
      tokens.push({ kind: sign as '+' });
    } else {
      tokens.push({ kind: 'end' });
      return { tokens, closed: depth === 0 };
    }
  }
};
