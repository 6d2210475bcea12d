/** Evaluates what the calculator has parsed, with Python's numbers and Python's errors (specification, section 6.1). */
import { arithmetic, raise, toFloat } from '../values/python.ts';
import type { BinarySign, Expression } from './parse.ts';

/** Values that are no real number can be written, but no result can be made of them. */
export type Outlandish = 'complex' | 'tuple' | 'ellipsis';
export type Result = bigint | number | Outlandish;

/** Longer integers are not worked out: the original would try for as long as it takes, and fail on the result. */
const maximumBits = 1_000_000;

const bitLength = (n: bigint): number => n.toString(16).length * 4;
const isNumber = (value: Result): value is bigint | number => typeof value !== 'string';
const nameOf = (value: Result): string =>
  typeof value === 'string' ? value : typeof value === 'bigint' ? 'int' : 'float';
const tooLarge = (): never => raise('int too large to convert to float');

const unsupported = (sign: BinarySign, left: Result, right: Result): never => {
  const name = sign === '**' ? '** or pow()' : sign;
  return raise(`unsupported operand type(s) for ${name}: '${nameOf(left)}' and '${nameOf(right)}'`);
};

/** Arithmetic with at least one operand that is no real number. */
const outlandish = (sign: BinarySign, left: Result, right: Result): Outlandish => {
  if (left === 'tuple' && sign === '+') {
    return right === 'tuple'
      ? 'tuple'
      : raise(`can only concatenate tuple (not "${nameOf(right)}") to tuple`);
  }
  if (sign === '*' && (left === 'tuple' || right === 'tuple')) {
    const times = left === 'tuple' ? right : left;
    return typeof times === 'bigint'
      ? 'tuple'
      : raise(`can't multiply sequence by non-int of type '${nameOf(times)}'`);
  }
  const isComplex = (value: Result): boolean => isNumber(value) || value === 'complex';
  if (sign === '//' || !isComplex(left) || !isComplex(right)) return unsupported(sign, left, right);
  if (sign === '/' && isNumber(right) && Number(right) === 0) return raise('complex division by zero');
  return 'complex';
};

/** The float nearest to the quotient of two integers of any size. */
const quotient = (a: bigint, b: bigint): number => {
  if (b === 0n) return raise('division by zero');
  const exact = 2n ** 53n;
  if (a < exact && -a < exact && b < exact && -b < exact) return Number(a) / Number(b);
  // Enough bits that the one rounding is the last step; the lowest bit says whether anything was cut off.
  const shift = BigInt(66 + bitLength(b) - bitLength(a));
  const top = shift > 0n ? a << shift : a;
  const bottom = shift > 0n ? b : b << -shift;
  const cut = top % bottom === 0n ? 0n : 1n;
  const magnitude = top / bottom;
  const half = Number(shift) / 2;
  const scaled =
    Number((magnitude < 0n ? -magnitude : magnitude) | cut) * 2 ** -Math.floor(half) * 2 ** -Math.ceil(half);
  if (!Number.isFinite(scaled)) return raise('integer division result too large for a float');
  return a < 0n === b < 0n ? scaled : -scaled;
};

const floorQuotient = (a: bigint, b: bigint): bigint => {
  if (b === 0n) return raise('integer division or modulo by zero');
  const towardsZero = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? towardsZero - 1n : towardsZero;
};

const floatFloorQuotient = (a: number, b: number): number => {
  if (b === 0) return raise('float floor division by zero');
  const rest = a % b;
  const divided = (a - rest) / b - (rest !== 0 && b < 0 !== rest < 0 ? 1 : 0);
  if (divided === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(divided);
  return divided - floor > 0.5 ? floor + 1 : floor;
};

const floatPower = (a: number, b: number): number | 'complex' => {
  if (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b))) return 1;
  if (a === 0 && b < 0) return raise('0.0 cannot be raised to a negative power');
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) return 'complex';
  const power = a ** b;
  return Number.isFinite(a) && Number.isFinite(b) && !Number.isFinite(power)
    ? raise("(34, 'Numerical result out of range')")
    : power;
};

const integerPower = (a: bigint, b: bigint): Result => {
  if (b < 0n) return floatPower(toFloat(a), toFloat(b));
  const isUnit = a === 0n || a === 1n || a === -1n;
  return isUnit || b * BigInt(bitLength(a)) <= maximumBits ? a ** b : tooLarge();
};

const binary = (sign: BinarySign, left: Result, right: Result): Result => {
  if (!isNumber(left) || !isNumber(right)) return outlandish(sign, left, right);
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    switch (sign) {
      case '/':
        return quotient(left, right);
      case '//':
        return floorQuotient(left, right);
      case '**':
        return integerPower(left, right);
      case '*':
        return bitLength(left) + bitLength(right) > 2 * maximumBits ? tooLarge() : left * right;
      default:
        return arithmetic(left, sign, right);
    }
  }
  switch (sign) {
    case '/':
      return Number(right) === 0 ? raise('float division by zero') : toFloat(left) / toFloat(right);
    case '//':
      return floatFloorQuotient(toFloat(left), toFloat(right));
    case '**':
      return floatPower(toFloat(left), toFloat(right));
    default:
      return arithmetic(left, sign, right);
  }
};

/** @throws PythonError with Python's message where Python fails */
export const evaluate = (expression: Expression): Result => {
  switch (expression.kind) {
    case 'integer':
      return BigInt(expression.text);
    case 'float':
      return Number(expression.text);
    case 'ellipsis':
    case 'tuple':
      return expression.kind;
    case 'unary': {
      const operand = evaluate(expression.operand);
      if (operand === 'complex') return operand;
      if (!isNumber(operand)) return raise(`bad operand type for unary ${expression.sign}: '${operand}'`);
      return expression.sign === '-' ? -operand : operand;
    }
    case 'binary':
      return binary(expression.sign, evaluate(expression.left), evaluate(expression.right));
    case 'call': {
      const callee = evaluate(expression.callee);
      if (expression.argument) evaluate(expression.argument);
      return raise(`'${nameOf(callee)}' object is not callable`);
    }
  }
};
