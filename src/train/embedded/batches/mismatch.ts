import type { Random } from '../../../base/random.ts';
import type { KtoExample } from '../../trainer.ts';
import type { MicroBatch, Span } from './batch.ts';
import { createPacker, type Layout, type StepBatches } from './plan.ts';
import { completionRow, type EncodeContext, encodeOrDrop } from './rows.ts';

/**
 * KTO's mismatched pairs of a step: for every row one of its prompts, with a completion that belongs to another row of
 * the step. What cannot be encoded or is too long is left out.
 */
export const mismatches = (
  batches: StepBatches,
  layout: Layout,
  examples: ReadonlyMap<Span, KtoExample>,
  encoding: EncodeContext,
  order: Random,
): readonly MicroBatch[] => {
  const rows = batches.flatMap(batch => batch.rows).filter(row => row.spans.length > 0);
  if (rows.length < 2) return [];
  const packer = createPacker(layout);
  const full: MicroBatch[] = [];
  for (const [i, row] of rows.entries()) {
    const { prompt, tools } = examples.get(order.pick(row.spans))!;
    const other = examples.get(order.pick(rows[(i + 1) % rows.length]!.spans))!;
    const uncounted = { ...encoding, dropped: { tooLong: 0, notEncodable: 0 } };
    const encoded = encodeOrDrop(uncounted, [...prompt, ...other.completion], tools);
    if (encoded === undefined) continue;
    const batch = packer.add([completionRow(encoded, true)]);
    if (batch !== undefined) full.push(batch);
  }
  return [...full, ...packer.rest()];
};
