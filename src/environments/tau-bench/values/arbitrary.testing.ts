import fc from 'fast-check';
import type { Value } from './value.ts';

const keys = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '10', '9', '1008292230', 'é', '\u{1f6eb}'),
);

const { value } = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -1000, max: 1000 }).map(cents => cents / 8),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map(entries => new Map(entries)),
  ),
}));

/** Any JSON value as Python could have it, awkward keys and numbers included. */
export const anyValue: fc.Arbitrary<Value> = value;
