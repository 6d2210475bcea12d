import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readValue } from '../values/read.ts';
import type { Value } from '../values/value.ts';
import { calculation } from './calculate.ts';

const calculated = (expression: Value): string => {
  try {
    return calculation(expression, 'not allowed');
  } catch (thrown) {
    assert.equal((thrown as Error).name, 'PythonError');
    return `Error: ${(thrown as Error).message}`;
  }
};

/** What Python 3.11 makes of each. */
const results: readonly (readonly [string, string])[] = [
  ['2 + 2', '4.0'],
  ['1/3', '0.33'],
  ['10**16', '1e+16'],
  ['0*-1', '0.0'],
  ['-0.0', '-0.0'],
  ['-0.001', '-0.0'],
  ['-2**2', '-4.0'],
  ['2**-1', '0.5'],
  ['2**3**2', '512.0'],
  ['2**-2**2', '0.06'],
  ['7//2', '3.0'],
  ['-7//2', '-4.0'],
  ['7.5//2', '3.0'],
  ['-7.5//2', '-4.0'],
  ['0.0//5', '0.0'],
  ['-0.0//5', '-0.0'],
  ['0//-5.0', '-0.0'],
  ['5.0//0.3', '16.0'],
  ['7 // 2 * 2.0', '6.0'],
  ['00', '0.0'],
  ['007.5', '7.5'],
  ['1.', '1.0'],
  ['  .5 ', '0.5'],
  ['99999999999999999999-99999999999999999998', '1.0'],
  ['10**400/10**399', '10.0'],
  ['-10**400/10**399', '-10.0'],
  ['(10**400+1)/(10**400)', '1.0'],
  ['10**30/7', '1.4285714285714285e+29'],
  ['7/10**30', '0.0'],
  ['10.0**308*10', 'inf'],
  ['10.0**308*10-10.0**308*10', 'nan'],
  ['-(10.0**308*10)', '-inf'],
  ['1.0**(10.0**308*10)', '1.0'],
  ['(-1.0)**(10.0**308*10)', '1.0'],
  ['2.0**0.5', '1.41'],
  ['0**0', '1.0'],
  ['--5', '5.0'],
  ['-+-5', '5.0'],
  ['2*-3', '-6.0'],
  ['(((1)))', '1.0'],
  ['(-0.5)**2', '0.25'],
  ['1000000000000000000000//0.5', '2e+21'],
  ['0.1+0.2', '0.3'],
  ['1/8', '0.12'],
  ['3/8', '0.38'],
  ['2.675', '2.67'],
];
const errors: readonly (readonly [string, string])[] = [
  [
    '007',
    'leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers (<string>, line 1)',
  ],
  ['10**400/3', 'integer division result too large for a float'],
  ['(-8)**(1/3)', "float() argument must be a string or a real number, not 'complex'"],
  ['(-8)**(1/3)+1', "float() argument must be a string or a real number, not 'complex'"],
  ['-(-8)**(1/3)', "float() argument must be a string or a real number, not 'complex'"],
  ['(-8)**(1/3)//1', "unsupported operand type(s) for //: 'complex' and 'int'"],
  ['(-8)**(1/3)/0', 'complex division by zero'],
  ['(-8)**0.5*()', "can't multiply sequence by non-int of type 'complex'"],
  ['()', "float() argument must be a string or a real number, not 'tuple'"],
  ['...', "float() argument must be a string or a real number, not 'ellipsis'"],
  ['(...)', "float() argument must be a string or a real number, not 'ellipsis'"],
  ['()+()', "float() argument must be a string or a real number, not 'tuple'"],
  ['()+1', 'can only concatenate tuple (not "int") to tuple'],
  ['1+()', "unsupported operand type(s) for +: 'int' and 'tuple'"],
  ['()-1', "unsupported operand type(s) for -: 'tuple' and 'int'"],
  ['2**()', "unsupported operand type(s) for ** or pow(): 'int' and 'tuple'"],
  ['()*3', "float() argument must be a string or a real number, not 'tuple'"],
  ['2*()', "float() argument must be a string or a real number, not 'tuple'"],
  ['()*()', "can't multiply sequence by non-int of type 'tuple'"],
  ['()*1.5', "can't multiply sequence by non-int of type 'float'"],
  ['-()', "bad operand type for unary -: 'tuple'"],
  ['+...', "bad operand type for unary +: 'ellipsis'"],
  ['...+1', "unsupported operand type(s) for +: 'ellipsis' and 'int'"],
  ['...()', "'ellipsis' object is not callable"],
  ['1/0', 'division by zero'],
  ['1.0/0', 'float division by zero'],
  ['1/0.0', 'float division by zero'],
  ['5//0', 'integer division or modulo by zero'],
  ['5.5//0', 'float floor division by zero'],
  ['0**-1', '0.0 cannot be raised to a negative power'],
  ['0.0**-1', '0.0 cannot be raised to a negative power'],
  ['2**99999', 'int too large to convert to float'],
  ['9.9**999', "(34, 'Numerical result out of range')"],
  ['10**308*10', 'int too large to convert to float'],
  ['10**400*1.5', 'int too large to convert to float'],
  ['5(3)', "'int' object is not callable"],
  ['5()', "'int' object is not callable"],
  ['()(1)', "'tuple' object is not callable"],
  ['5.5(1)', "'float' object is not callable"],
  ['(1', "'(' was never closed (<string>, line 1)"],
  ['((1)', "'(' was never closed (<string>, line 1)"],
  ['1)', "unmatched ')' (<string>, line 1)"],
  ['+', 'invalid syntax (<string>, line 1)'],
  ['//', 'invalid syntax (<string>, line 1)'],
  ['5***2', 'invalid syntax (<string>, line 1)'],
  ['1.2.3', 'invalid syntax (<string>, line 1)'],
  ['2.5.', 'invalid syntax (<string>, line 1)'],
  ['1 2', 'invalid syntax (<string>, line 1)'],
  ['1..2', 'invalid syntax (<string>, line 1)'],
];

test('expressions have the values that Python gives them', () => {
  for (const [expression, value] of results) assert.equal(calculated(expression), value, expression);
});

test('what Python cannot evaluate gives its error', () => {
  for (const [expression, error] of errors)
    assert.equal(calculated(expression), `Error: ${error}`, expression);
});

test('only numbers, signs, parentheses and spaces are allowed', () => {
  for (const expression of ['1e3', '1,000', '5%2', '2^3', '1\t+1', 'a']) {
    assert.equal(calculated(expression), 'Error: not allowed', expression);
  }
});

test('anything but a text fails as in the original', () => {
  const expected: readonly (readonly [string, string])[] = [
    ['null', "'NoneType' object is not iterable"],
    ['2.5', "'float' object is not iterable"],
    ['[]', 'eval() arg 1 must be a string, bytes or code object'],
    ['["1", "+"]', 'eval() arg 1 must be a string, bytes or code object'],
    ['{"a": 1}', 'not allowed'],
    ['[1]', "'in <string>' requires string as left operand, not int"],
    ['""', 'invalid syntax (<string>, line 0)'],
    ['"  "', 'invalid syntax (<string>, line 0)'],
  ];
  for (const [json, error] of expected)
    assert.equal(calculated(readValue(json, 'test')), `Error: ${error}`, json);
});

test('what would take for ever or exhaust the stack is refused at once', () => {
  assert.equal(calculated('9**9**9'), 'Error: int too large to convert to float');
  const large = '9**300000';
  assert.match(calculated(`${large}*${large}*${large}`), /^Error: int too large/);
  assert.match(calculated('('.repeat(201)), /^Error: too many nested parentheses/);
  assert.match(calculated('1+'.repeat(3000)), /^Error: maximum recursion depth exceeded/);
  assert.match(calculated('9'.repeat(4301)), /^Error: Exceeds the limit \(4300 digits\)/);
  assert.equal(calculated(`${'-'.repeat(1001)}1`), '-1.0');
  assert.equal(calculated('1**10**99'), '1.0');
});
