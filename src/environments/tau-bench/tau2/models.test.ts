import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PythonError } from '../values/python.ts';
import type { Value } from '../values/value.ts';
import { float, integer, oneOf, text } from './fields.ts';
import { recordOfType } from './models.ts';

test('integers are taken from whole numbers, truths and digits', () => {
  const taken: readonly (readonly [Value, Value | undefined])[] = [
    [5n, 5n],
    [5, 5n],
    [5.5, undefined],
    [true, 1n],
    [' -5 ', -5n],
    ['5.0', 5n],
    ['1_000', 1000n],
    ['5.50', undefined],
    [1e20, undefined],
    [null, undefined],
    [[], undefined],
  ];
  for (const [value, fitting] of taken) assert.equal(integer.read(value), fitting);
});

test('floats are taken from any number and its text', () => {
  const taken: readonly (readonly [Value, Value | undefined])[] = [
    [5n, 5],
    [5.5, 5.5],
    [true, 1],
    ['5.5', 5.5],
    ['', undefined],
    ['x', undefined],
    [null, undefined],
  ];
  for (const [value, fitting] of taken) assert.equal(float.read(value), fitting);
});

const misfits = (given: Readonly<Record<string, Value>>): string => {
  const fields = {
    text,
    integer,
    float,
    cabin: oneOf('business', 'economy', 'basic_economy'),
    yes: oneOf('yes', 'no'),
  };
  try {
    recordOfType('Thing', fields, new Map(Object.entries(given)));
  } catch (thrown) {
    if (thrown instanceof PythonError) return thrown.message;
    throw thrown;
  }
  return 'fits';
};
const more = (kind: string): string =>
  `\n    For further information visit https://errors.pydantic.dev/2.13/v/${kind}`;
const fitting = { text: 'a', integer: 1n, float: 1, cabin: 'economy', yes: 'yes' } as const;

test('what does not fit is told in the words of pydantic', () => {
  assert.equal(misfits(fitting), 'fits');
  const told: readonly (readonly [Readonly<Record<string, Value>>, string])[] = [
    [
      { text: true },
      'text\n  Input should be a valid string [type=string_type, input_value=True, input_type=bool]',
    ],
    [
      { integer: 5.5 },
      'integer\n  Input should be a valid integer, got a number with a fractional part [type=int_from_float, input_value=5.5, input_type=float]',
    ],
    [
      { integer: 'x' },
      "integer\n  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='x', input_type=str]",
    ],
    [
      { integer: [1n] },
      'integer\n  Input should be a valid integer [type=int_type, input_value=[1], input_type=list]',
    ],
    [
      { integer: Number.POSITIVE_INFINITY },
      'integer\n  Input should be a finite number [type=finite_number, input_value=inf, input_type=float]',
    ],
    [
      { integer: 1e20 },
      'integer\n  Unable to parse input string as an integer, exceeded maximum size [type=int_parsing_size, input_value=1e+20, input_type=float]',
    ],
    [
      { float: 'x' },
      "float\n  Input should be a valid number, unable to parse string as a number [type=float_parsing, input_value='x', input_type=str]",
    ],
    [
      { float: null },
      'float\n  Input should be a valid number [type=float_type, input_value=None, input_type=NoneType]',
    ],
    [
      { cabin: 'first'.repeat(20) },
      "cabin\n  Input should be 'business', 'economy' or 'basic_economy' [type=literal_error, input_value='firstfirstfirstfirstfirs...rstfirstfirstfirstfirst', input_type=str]",
    ],
    [
      { yes: null },
      "yes\n  Input should be 'yes' or 'no' [type=literal_error, input_value=None, input_type=NoneType]",
    ],
    [
      { text: ['é'.repeat(40)] },
      "text\n  Input should be a valid string [type=string_type, input_value=['ééééééééééé...ééééééééééé'], input_type=list]",
    ],
  ];
  for (const [given, problem] of told) {
    const kind = /type=(\w+)/.exec(problem)![1]!;
    assert.equal(misfits({ ...fitting, ...given }), `1 validation error for Thing\n${problem}${more(kind)}`);
  }
  const missing =
    "yes\n  Field required [type=missing, input_value={'text': 'a', 'integer': ...1.0, 'cabin': 'economy'}, input_type=dict]";
  const { yes: _, ...rest } = fitting;
  assert.equal(misfits(rest), `1 validation error for Thing\n${missing}${more('missing')}`);
});
