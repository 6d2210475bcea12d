import type { MicroBatch } from '../batches/batch.ts';
import type { Epoch } from '../optimiser/epoch.ts';
import type { Pool } from '../threads/pool.ts';

const filled = (
  batches: readonly MicroBatch[],
  scores: readonly (readonly (readonly number[])[])[],
): readonly MicroBatch[] =>
  batches.map((batch, b) => ({
    ...batch,
    rows: batch.rows.map((row, r) => ({
      ...row,
      spans: row.spans.map((span, s) => ({ ...span, reference: scores[b]![r]![s]! })),
    })),
  }));

/**
 * The epoch with every span's log-probability under the reference model, whose weights are borrowed to the pool for it.
 * Done anew for each epoch, so that a resumed run meets the very same numbers.
 */
export const withReference = async (epoch: Epoch, pool: Pool, reference: Float32Array): Promise<Epoch> => {
  const held = pool.weights.slice();
  pool.weights.set(reference);
  pool.changed();
  const all = epoch.steps.flatMap(step => [...step.batches, ...step.mismatched]);
  const scored = filled(all, await pool.score(all));
  pool.weights.set(held);
  pool.changed();
  let next = 0;
  const take = (batches: readonly MicroBatch[]): readonly MicroBatch[] => {
    next += batches.length;
    return scored.slice(next - batches.length, next);
  };
  return {
    steps: epoch.steps.map(step => ({ batches: take(step.batches), mismatched: take(step.mismatched) })),
  };
};
