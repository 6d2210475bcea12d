/** Filters that look at all that the trees of one task gave. */
import { z } from 'zod';
import { random } from '../../base/random.ts';
import { isFault } from '../../dialogue/turn.ts';
import type { JoshTree } from '../../search/josh/tree.ts';
import type { Example } from '../examples.ts';
import { type Batch, defineFilter } from '../filter.ts';

/** Tasks on whose ends all lines agree teach no difference. Faulty ends do not count. */
export const mixedOutcomes = defineFilter({
  name: 'mixed-outcomes',
  make: () => ({
    excludes: 'tasks whose lines all succeeded, or none of them',
    apply: batch => {
      const ends = batch.flatMap(({ tree }) => endsOf(tree));
      const mixed = ends.includes(true) && ends.includes(false);
      return mixed ? batch : batch.map(harvest => ({ ...harvest, examples: [] }));
    },
  }),
});

/** At most `most` examples of each kind (and label) per task, drawn with the seed. */
export const capPerTask = defineFilter({
  name: 'cap-per-task',
  argument: { meaning: 'most examples', schema: z.coerce.number().int().positive().default(20) },
  make: ({ seed }, most) => ({
    excludes: `all but ${most} examples of each kind and label per task`,
    apply: batch => drawn(batch, seed, () => most),
  }),
});

/** At most `ratio` times as many bad turns as good ones per task, and the other way round, drawn with the seed. */
export const balanceKto = defineFilter({
  name: 'balance-kto',
  argument: {
    meaning: 'most of one class for each of the other',
    schema: z.coerce.number().positive().default(1),
  },
  make: ({ seed }, ratio) => ({
    excludes: `what is over ${ratio} times the other class among the KTO turns of a task`,
    apply: batch => {
      const sizes = new Map<string, number>();
      for (const example of batch.flatMap(({ examples }) => examples))
        sizes.set(classOf(example), (sizes.get(classOf(example)) ?? 0) + 1);
      const limits = new Map([
        ['kto true', Math.floor(ratio * (sizes.get('kto false') ?? 0))],
        ['kto false', Math.floor(ratio * (sizes.get('kto true') ?? 0))],
      ]);
      return drawn(batch, seed, name => limits.get(name) ?? Number.POSITIVE_INFINITY);
    },
  }),
});

/** For each line that ended without a fault: did it, or a branch at its end, earn something? */
const endsOf = (tree: JoshTree): boolean[] => {
  const parents = new Set(tree.nodes.map(node => node.parent));
  return tree.nodes
    .filter(node => !parents.has(node.path) && !isFault(node.cause))
    .map(node => node.successful || node.golden);
};

const classOf = (example: Example): string =>
  example.kind === 'kto' ? `kto ${example.label}` : example.kind;

/** Of each class of examples in a batch at most a number, drawn with a seed named by the task, in their old order. */
const drawn = (batch: Batch, seed: number, most: (name: string) => number): Batch => {
  const examples = batch.flatMap(harvest => harvest.examples);
  const kept = new Set<Example>();
  for (const [name, members] of Map.groupBy(examples, classOf)) {
    const shuffled = random(seed, 'draw', batch[0]?.tree.task ?? '', name).shuffle(members);
    for (const example of shuffled.slice(0, most(name))) kept.add(example);
  }
  return batch.map(harvest => ({
    ...harvest,
    examples: harvest.examples.filter(example => kept.has(example)),
  }));
};
