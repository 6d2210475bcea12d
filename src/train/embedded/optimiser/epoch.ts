import { BadInputError } from '../../../base/errors.ts';
import { hash, type Random, random } from '../../../base/random.ts';
import type { Codec } from '../../../models/embedded/codec.ts';
import type { Dataset, KtoExample } from '../../trainer.ts';
import type { MicroBatch, Row, Span } from '../batches/batch.ts';
import { mismatches } from '../batches/mismatch.ts';
import { pairGroups } from '../batches/pairs.ts';
import { type Group, type Layout, layoutFor, planEpoch, type StepBatches } from '../batches/plan.ts';
import {
  completionRow,
  conversationRow,
  type Dropped,
  type EncodeContext,
  encodeOrDrop,
  packPrefixes,
} from '../batches/rows.ts';
import type { Stage } from '../options.ts';

/** One pass over a stage's data. */
export interface Epoch {
  readonly steps: readonly EpochStep[];
}
export interface EpochStep {
  readonly batches: StepBatches;
  /** KTO: prompts with completions of other examples of the step, for z0. */
  readonly mismatched: readonly MicroBatch[];
}

export interface StageData {
  readonly epochs: readonly Epoch[];
  /** Number of updates. */
  readonly steps: number;
  /** Counted over one epoch. */
  readonly dropped: Dropped;
  /** KTO: how many completions there are of each class in an epoch. */
  readonly desirable: number;
  readonly undesirable: number;
}

/**
 * Turns a dataset into the steps of all epochs, as a function of the data, stage and seed alone.
 *
 * @throws BadInputError if the dataset has nothing (that can be encoded) for the method
 */
export const stageData = (
  dataset: Dataset,
  stage: Stage,
  codec: Codec,
  context: number,
  seed: number,
  slotAugmentation: boolean,
): StageData => {
  const epochs: Epoch[] = [];
  let steps = 0;
  let layout: Layout | undefined;
  let first: { dropped: Dropped; groups: readonly Group[] } | undefined;
  const enough = (): boolean =>
    stage.steps === undefined ? epochs.length >= stage.epochs : steps >= stage.steps;
  while (!enough()) {
    const number = epochs.length;
    const encoding: EncodeContext = {
      codec,
      context,
      slotStream: slotAugmentation ? hash(seed, 'slots', number) : undefined,
      dropped: { tooLong: 0, notEncodable: 0 },
    };
    const order = random(seed, stage.method, 'epoch', number);
    const { groups, mismatch } = methodGroups(dataset, stage, encoding, order);
    if (groups.length === 0) throw nothingToTrainOn(stage, encoding.dropped);
    first ??= { dropped: encoding.dropped, groups };
    const passes = stage.steps ? (stage.steps * stage.batchSize) / groups.flat().length : stage.epochs;
    layout ??= layoutFor(groups, passes, stage.batchSize, context);
    const planned = planEpoch(groups, layout, order);
    epochs.push({
      steps: planned.map(batches => ({ batches, mismatched: mismatch(batches, layout!) })),
    });
    steps += planned.length;
  }
  const spans = first!.groups.flat().flatMap(row => row.spans);
  return {
    epochs,
    steps: stage.steps ?? steps,
    dropped: first!.dropped,
    desirable: spans.filter(({ good }) => good).length,
    undesirable: spans.filter(({ good }) => !good).length,
  };
};

const nothingToTrainOn = (stage: Stage, { tooLong, notEncodable, problem }: Dropped): BadInputError =>
  new BadInputError(
    `dataset: ${stage.method}`,
    tooLong + notEncodable === 0
      ? 'there are no examples'
      : `no example can be used: ${tooLong} are too long, ${notEncodable} cannot be encoded${problem ? ` (${problem})` : ''}`,
    { hint: 'Harvest more trees, or leave this stage out.', permanent: true },
  );

interface MethodGroups {
  readonly groups: readonly Group[];
  mismatch(batches: StepBatches, layout: Layout): readonly MicroBatch[];
}

const methodGroups = (
  dataset: Dataset,
  stage: Stage,
  encoding: EncodeContext,
  order: Random,
): MethodGroups => {
  const alone = (rows: readonly Row[]): readonly Group[] => rows.map(row => [row]);
  switch (stage.method) {
    case 'sft': {
      const rows = dataset.sft.flatMap(({ messages, tools }) => {
        const encoded = encodeOrDrop(encoding, messages, tools);
        return encoded ? [conversationRow(encoded)] : [];
      });
      return { groups: alone(rows.filter(row => row.spans.length > 0)), mismatch: () => [] };
    }
    case 'dpo':
      return { groups: pairGroups(dataset.dpo, encoding), mismatch: () => [] };
    case 'kto': {
      const rows: Row[] = [];
      const examples = new Map<Span, KtoExample>();
      for (const example of dataset.kto) {
        const { prompt, completion, tools } = example;
        const encoded = encodeOrDrop(encoding, [...prompt, ...completion], tools);
        if (encoded === undefined) continue;
        const row = completionRow(encoded, example.label);
        rows.push(row);
        for (const span of row.spans) examples.set(span, example);
      }
      return {
        groups: alone(packPrefixes(rows)),
        mismatch: (batches, layout) => mismatches(batches, layout, examples, encoding, order),
      };
    }
  }
};
