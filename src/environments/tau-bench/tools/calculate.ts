import { floatText } from '../../../base/python-float.ts';
import { evaluate } from '../calculator/evaluate.ts';
import { parse } from '../calculator/parse.ts';
import { roundFloat } from '../values/numbers.ts';
import { iterate, raise, toFloat, typeName } from '../values/python.ts';
import type { Value } from '../values/value.ts';
import { reading, refuse } from './tool.ts';

const allowed = '0123456789+-*/(). ';

/**
 * The value of an expression as a float with two decimals, as Python prints it. `invalid` is what is said of other characters.
 * @throws PythonError
 */
export const calculation = (expression: Value, invalid: string): string => {
  for (const character of iterate(expression)) {
    if (typeof character !== 'string') {
      return raise(`'in <string>' requires string as left operand, not ${typeName(character)}`);
    }
    if (!allowed.includes(character)) refuse(invalid);
  }
  if (typeof expression !== 'string') return raise('eval() arg 1 must be a string, bytes or code object');
  if (expression.trim() === '') return raise('invalid syntax (<string>, line 0)');
  const result = evaluate(parse(expression));
  if (typeof result === 'string') {
    return raise(`float() argument must be a string or a real number, not '${result}'`);
  }
  return floatText(roundFloat(toFloat(result)));
};

export const calculate = reading('calculate', ['expression'], (_, expression) =>
  calculation(expression, 'invalid characters in expression'),
);
