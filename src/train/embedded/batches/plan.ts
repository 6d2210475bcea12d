import type { Random } from '../../../base/random.ts';
import type { MicroBatch, Row, Shape } from './batch.ts';
import { chooseLengths, costOf, shapesOf } from './shapes.ts';

/** Rows that must share a micro-batch: a DPO pair's two; otherwise one alone. */
export type Group = readonly Row[];

/** The micro-batches whose gradients make one update of the weights. */
export type StepBatches = readonly MicroBatch[];

export interface Layout {
  /** Ascending in length. */
  readonly shapes: readonly Shape[];
  readonly microBatchesPerStep: number;
}

/** Eight rows of 160 tokens: about 100 MB per thread, and no faster when larger. */
const TYPICAL_COST = 8 * costOf(160);

/** Inputs of a row: its last token is only a target. */
export const inputLength = (row: Row): number => row.tokens.length - 1;
const longest = (group: Group): number => Math.max(...group.map(inputLength));

/**
 * Shapes for groups that are trained on so many times, and how many micro-batches make a step of about `batchSize` rows. An even number of micro-batches of like
 * cost, so that two threads are both busy; it does not depend on the number of threads, so neither do the weights.
 */
export const layoutFor = (
  groups: readonly Group[],
  passes: number,
  batchSize: number,
  context: number,
): Layout => {
  const lengths = groups.flatMap(group => group.map(() => longest(group)));
  const padded = chooseLengths(lengths, passes, context);
  const total = lengths.reduce((sum, length) => sum + costOf(padded.find(p => p >= length)!), 0);
  const step = (batchSize * total) / lengths.length;
  const microBatchesPerStep = 2 * Math.max(1, Math.round(step / 2 / TYPICAL_COST));
  const largestGroup = Math.max(...groups.map(group => group.length));
  // Later data may be longer than these; a shape that is never met is never compiled.
  const all = padded.at(-1)! < context ? [...padded, context] : padded;
  return { shapes: shapesOf(all, step / microBatchesPerStep, largestGroup), microBatchesPerStep };
};

/** Groups waiting for their micro-batch to fill up. */
interface Open {
  readonly rows: Row[];
  readonly groups: Group[];
}

/**
 * Collects groups into micro-batches of the layout's shapes, each group in the shortest that holds it.
 * `add` returns the micro-batch that became full, if one did; `rest` ends it: what is left over is put together.
 */
export interface Packer {
  add(group: Group): MicroBatch | undefined;
  rest(): readonly MicroBatch[];
}

export const createPacker = ({ shapes }: Layout): Packer => {
  const open: Open[][] = shapes.map(() => []);
  const addTo = (index: number, group: Group): MicroBatch | undefined => {
    const shape = shapes[index]!;
    const waiting = open[index]!;
    let place = waiting.findIndex(({ rows }) => rows.length + group.length <= shape.rows);
    if (place < 0) place = waiting.push({ rows: [], groups: [] }) - 1;
    const chosen = waiting[place]!;
    chosen.rows.push(...group);
    chosen.groups.push(group);
    if (chosen.rows.length < shape.rows) return undefined;
    waiting.splice(place, 1);
    return { shape, rows: chosen.rows };
  };
  const add = (group: Group): MicroBatch | undefined => {
    const index = shapes.findIndex(({ length }) => length >= longest(group));
    return addTo(index, group);
  };
  const rest = (): readonly MicroBatch[] => {
    const full: MicroBatch[] = [];
    for (const [index, shape] of shapes.entries()) {
      const left = open[index]!.splice(0);
      for (const { rows, groups } of left) {
        if (index === shapes.length - 1) {
          full.push({ shape, rows });
          continue;
        }
        for (const group of groups) {
          const batch = addTo(index + 1, group);
          if (batch !== undefined) full.push(batch);
        }
      }
    }
    return full;
  };
  return { add, rest };
};

/** One pass over all groups in random order. */
export const planEpoch = (
  groups: readonly Group[],
  layout: Layout,
  random: Random,
): readonly StepBatches[] => {
  const packer = createPacker(layout);
  const batches: MicroBatch[] = [];
  for (const group of random.shuffle(groups)) {
    const full = packer.add(group);
    if (full !== undefined) batches.push(full);
  }
  const shuffled = random.shuffle([...batches, ...packer.rest()]);
  const steps: StepBatches[] = [];
  for (let i = 0; i < shuffled.length; i += layout.microBatchesPerStep)
    steps.push(shuffled.slice(i, i + layout.microBatchesPerStep));
  return steps;
};
