import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf } from './outcome.ts';

test('a result that is damaged is told in place of an outcome, so that other runs are still listed', () => {
  for (const result of ['{"version":1,"greedy":', '{}', 'null'])
    assert.equal(outcomeOf('selftrain', [{ key: 'result', result }]), 'its result cannot be read');
  assert.equal(outcomeOf('selftrain', []), undefined);
});
