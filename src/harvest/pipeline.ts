/** Trees in, examples out: tasks one after another through harvest and filters, with counts. */
import type { Tool } from '../environments/environment.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { distinctTrees } from './equal-trees.ts';
import type { Example } from './examples.ts';
import {
  addCounts,
  type Batch,
  type Counts,
  countBatch,
  countExample,
  examplesIn,
  type Filter,
  noCounts,
} from './filter.ts';
import { type HarvestOptions, harvest } from './harvest.ts';
import { byPaperRule } from './paper-rule.ts';

/** What one filter let through. */
export interface StepCounts {
  readonly name: string;
  readonly excludes: string;
  readonly in: Counts;
  readonly out: Counts;
  /** Tasks that lost an example or more. */
  readonly tasks: number;
}

export interface PipelineCounts {
  readonly trees: number;
  /** Trees equal to an earlier one of their task, which were left out. */
  readonly equalTrees: number;
  readonly tasks: number;
  /** Trees with enough reward to be harvested. */
  readonly rewarded: number;
  /** Negatives that the fault rule withheld. */
  readonly withheld: number;
  readonly harvested: Counts;
  readonly steps: readonly StepCounts[];
  readonly kept: Counts;
}

export interface Pipeline {
  /** To be read once, before `counts`. */
  readonly examples: AsyncGenerator<Example, void>;
  counts(): PipelineCounts;
}

/**
 * Harvests trees and filters the examples. Trees of one task that follow one another are taken together; nothing is
 * held but the task at hand and what the filters remember.
 */
export const pipeline = (
  trees: AsyncIterable<JoshTree> | Iterable<JoshTree>,
  tools: readonly Tool[],
  filters: readonly Filter[],
  options: HarvestOptions = {},
): Pipeline => {
  const steps = filters.map(({ name, excludes }) => ({
    name,
    excludes,
    in: noCounts,
    out: noCounts,
    tasks: 0,
  }));
  const seen = { trees: 0, equalTrees: 0, tasks: 0, rewarded: 0, withheld: 0 };
  let harvested = noCounts;

  const filtered = (given: Batch): Batch => {
    let batch = given;
    for (const [i, filter] of filters.entries()) {
      const step = steps[i]!;
      const before = countBatch(batch);
      batch = filter.apply(batch);
      const after = countBatch(batch);
      step.in = addCounts(step.in, before);
      step.out = addCounts(step.out, after);
      if (examplesIn(after) < examplesIn(before)) step.tasks++;
    }
    return batch;
  };

  async function* batches(): AsyncGenerator<Batch, void> {
    for await (const group of byTask(trees)) {
      const trees = distinctTrees(group);
      seen.trees += group.length;
      seen.equalTrees += group.length - trees.length;
      const batch = trees.map(tree => harvest(tree, tools, options));
      seen.tasks++;
      seen.rewarded += batch.filter(({ golden }) => golden.length > 0).length;
      seen.withheld += batch.reduce((sum, { withheld }) => sum + withheld, 0);
      harvested = addCounts(harvested, countBatch(batch));
      yield filtered(batch);
    }
  }

  let kept = noCounts;
  async function* examples(): AsyncGenerator<Example, void> {
    const found = options.rule === 'paper' ? byPaperRule(batches(), tools) : examplesOf(batches());
    for await (const example of found) {
      kept = addCounts(kept, countExample(example));
      yield example;
    }
  }

  return {
    examples: examples(),
    counts: () => ({
      ...seen,
      harvested,
      steps,
      kept: { ...kept, tasks: (steps.at(-1)?.out ?? harvested).tasks },
    }),
  };
};

async function* examplesOf(batches: AsyncIterable<Batch>): AsyncGenerator<Example, void> {
  for await (const batch of batches) for (const { examples } of batch) yield* examples;
}

async function* byTask(
  trees: AsyncIterable<JoshTree> | Iterable<JoshTree>,
): AsyncGenerator<readonly JoshTree[], void> {
  let group: JoshTree[] = [];
  for await (const tree of trees) {
    if (group.length > 0 && group[0]!.task !== tree.task) {
      yield group;
      group = [];
    }
    group.push(tree);
  }
  if (group.length > 0) yield group;
}
