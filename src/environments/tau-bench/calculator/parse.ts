/** Python's grammar of arithmetic, as far as the calculator's characters can write it (specification, section 6.1). */
import { scan, syntaxError, type Token } from './scan.ts';

export type Expression =
  | { readonly kind: 'integer' | 'float'; readonly text: string }
  | { readonly kind: 'ellipsis' | 'tuple' }
  | { readonly kind: 'unary'; readonly sign: '+' | '-'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly sign: BinarySign;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly callee: Expression; readonly argument: Expression | undefined };

export type BinarySign = '+' | '-' | '*' | '/' | '//' | '**';

const sums: readonly string[] = ['+', '-'];
const products: readonly string[] = ['*', '/', '//'];
const signs: readonly string[] = [...sums, ...products, '**', '.', ')'];

/** @throws PythonError with Python's message for a text that is no expression */
export const parse = (expression: string): Expression => {
  const { tokens, closed } = scan(expression);
  let at = 0;

  const peek = (): Token['kind'] => tokens[at]!.kind;
  const fail = (): never =>
    syntaxError(closed || signs.includes(peek()) ? 'invalid syntax' : "'(' was never closed");
  const take = (kind: Token['kind']): void => {
    if (peek() !== kind) fail();
    at++;
  };

  const parseAtom = (): Expression => {
    const token = tokens[at]!;
    switch (token.kind) {
      case 'integer':
      case 'float':
        at++;
        return { kind: token.kind, text: token.text };
      case 'ellipsis':
        at++;
        return { kind: 'ellipsis' };
      case '(': {
        at++;
        const inner: Expression = peek() === ')' ? { kind: 'tuple' } : parseSum();
        take(')');
        return inner;
      }
      default:
        return fail();
    }
  };
  const parseCall = (): Expression => {
    let expression = parseAtom();
    while (peek() === '(') {
      at++;
      const argument = peek() === ')' ? undefined : parseSum();
      take(')');
      expression = { kind: 'call', callee: expression, argument };
    }
    return expression;
  };
  /** A power binds tighter than a sign on its left, looser than one on its right. */
  const parsePower = (): Expression => {
    const left = parseCall();
    if (peek() !== '**') return left;
    at++;
    return { kind: 'binary', sign: '**', left, right: parseSigned() };
  };
  const parseSigned = (): Expression => {
    const signs: ('+' | '-')[] = [];
    for (let sign = peek(); sign === '+' || sign === '-'; sign = peek()) {
      signs.push(sign);
      at++;
    }
    return signs.reduceRight<Expression>((operand, sign) => ({ kind: 'unary', sign, operand }), parsePower());
  };
  const leftAssociative = (signs: readonly string[], operand: () => Expression) => (): Expression => {
    let left = operand();
    for (let sign = peek(); signs.includes(sign); sign = peek()) {
      at++;
      left = { kind: 'binary', sign: sign as BinarySign, left, right: operand() };
    }
    return left;
  };
  const parseProduct = leftAssociative(products, parseSigned);
  const parseSum = leftAssociative(sums, parseProduct);

  const parsed = parseSum();
  take('end');
  return parsed;
};
