import type { Tool } from '../environments/environment.ts';
import type { Example } from './examples.ts';
import type { Harvest } from './harvest.ts';
import type { Named } from './named.ts';

/** What the trees of one task gave. */
export type Batch = readonly Harvest[];

/** One step between harvest and file. It may remember what it saw; so each export makes its own. */
export interface Filter {
  readonly name: string;
  /** What is left out, in a sentence for the dataset card. */
  readonly excludes: string;
  apply(batch: Batch): Batch;
}

/** What any filter is made with. */
export interface FilterSettings {
  readonly tools: readonly Tool[];
  readonly seed: number;
}

/** A filter by its name, and how it is made: one for each export, as it may remember what it saw. */
export interface FilterDefinition<Argument = unknown> extends Named<Argument> {
  make(settings: FilterSettings, argument: Argument): FilterSteps;
}

/** A filter without its name. */
export type FilterSteps = Omit<Filter, 'name'>;

/**
 * A filter, built in or of one's own.
 * @example
 * export default defineFilter({
 *   name: 'short-only',
 *   argument: { meaning: 'most messages', schema: z.coerce.number().int().positive().default(20) },
 *   make: (_, most) => exampleFilter('long conversations', example => promptOf(example).length <= most),
 * });
 */
export const defineFilter = <Argument = undefined>(
  definition: FilterDefinition<Argument>,
): FilterDefinition<Argument> => definition;

/** A filter that takes or leaves all that a tree gave. */
export const treeFilter = (
  excludes: string,
  keeps: (harvest: Harvest, batch: Batch) => boolean,
): FilterSteps => ({
  excludes,
  apply: batch =>
    batch.map(harvest =>
      harvest.examples.length === 0 || keeps(harvest, batch) ? harvest : { ...harvest, examples: [] },
    ),
});

/** A filter that looks at each example. */
export const exampleFilter = (
  excludes: string,
  keeps: (example: Example, harvest: Harvest, batch: Batch) => boolean,
): FilterSteps => ({
  excludes,
  apply: batch =>
    batch.map(harvest => ({
      ...harvest,
      examples: harvest.examples.filter(example => keeps(example, harvest, batch)),
    })),
});

export interface Counts {
  /** Tasks with at least one example. */
  readonly tasks: number;
  readonly sft: number;
  readonly ktoGood: number;
  readonly ktoBad: number;
  readonly dpo: number;
}

export const noCounts: Counts = { tasks: 0, sft: 0, ktoGood: 0, ktoBad: 0, dpo: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
  tasks: a.tasks + b.tasks,
  sft: a.sft + b.sft,
  ktoGood: a.ktoGood + b.ktoGood,
  ktoBad: a.ktoBad + b.ktoBad,
  dpo: a.dpo + b.dpo,
});

/** Examples of all kinds together. */
export const examplesIn = ({ sft, ktoGood, ktoBad, dpo }: Counts): number => sft + ktoGood + ktoBad + dpo;

/** Of one example, its task apart. */
export const countExample = (example: Example): Counts => {
  if (example.kind !== 'kto') return { ...noCounts, [example.kind]: 1 };
  return { ...noCounts, [example.label ? 'ktoGood' : 'ktoBad']: 1 };
};

export const countBatch = (batch: Batch): Counts => {
  const counts = batch.flatMap(({ examples }) => examples.map(countExample)).reduce(addCounts, noCounts);
  return { ...counts, tasks: batch.some(({ examples }) => examples.length > 0) ? 1 : 0 };
};

/**
 * Weights for KTO that make both classes count alike: weight × number is equal, the smaller weight being 1
 * (Ethayarajh et al., 2402.01306, section 4.3, take a ratio of 1 to 4/3). Both 1 if a class is empty.
 */
export const ktoWeights = ({
  ktoGood,
  ktoBad,
}: Pick<Counts, 'ktoGood' | 'ktoBad'>): { readonly desirable: number; readonly undesirable: number } => {
  if (ktoGood === 0 || ktoBad === 0) return { desirable: 1, undesirable: 1 };
  return {
    desirable: Math.max(1, ktoBad / ktoGood),
    undesirable: Math.max(1, ktoGood / ktoBad),
  };
};
