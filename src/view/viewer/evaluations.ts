/** Evaluated conversations as the viewer lists, shows and compares them. */
import { JuxtaError } from '../../base/errors.ts';
import type { Turn } from '../../dialogue/turn.ts';
import type { Comparison } from '../../evaluate/bootstrap.ts';
import { compare } from '../../evaluate/compare.ts';
import type { GoalAnalysis } from '../../evaluate/errors.ts';
import type { Estimate } from '../../evaluate/statistics.ts';
import type { OutcomeRow, StoreReader } from '../../store/reader.ts';
import type { TaskKey } from '../../store/rows.ts';
import type {
  Compared,
  ComparisonDetail,
  ConversationDetail,
  ConversationHeader,
  ConversationOutcome,
  ConversationPage,
  ConversationQuery,
  EvaluationName,
  Flip,
  Interval,
} from './api.ts';

const matches: Readonly<Record<ConversationOutcome, (row: OutcomeRow) => boolean>> = {
  success: ({ success, fault }) => success && fault === null,
  failure: ({ success, fault }) => !success && fault === null,
  fault: ({ fault }) => fault !== null,
};

export const conversationPage = (
  reader: StoreReader,
  run: string,
  { stage, search = '', outcome, offset = 0, limit = 100 }: ConversationQuery,
): ConversationPage => {
  const word = search.toLowerCase();
  const rows = reader
    .outcomes(run, stage)
    .filter(row => !outcome || matches[outcome](row))
    .filter(({ task, taskType }) => `${task}\n${taskType}`.toLowerCase().includes(word));
  return { total: rows.length, rows: rows.slice(offset, offset + limit).map(headerOf) };
};

const headerOf = ({ run: _, ...header }: OutcomeRow): ConversationHeader => header;

/** Undefined if there is no such conversation. @throws JuxtaError `damaged-conversation` */
export const conversationDetail = (reader: StoreReader, key: TaskKey): ConversationDetail | undefined => {
  const row = reader.conversation(key);
  if (!row) return undefined;
  const { failures, transcript, ...header } = row;
  try {
    return {
      ...header,
      goals: JSON.parse(failures) as readonly GoalAnalysis[],
      transcript: JSON.parse(transcript) as readonly Turn[],
    };
  } catch (cause) {
    throw new JuxtaError(
      'damaged-conversation',
      `the conversation on ${key.task} in ${key.run} cannot be read`,
      {
        hint: 'restore the store from a copy, or evaluate again in a new run',
        cause,
      },
    );
  }
};

/** Newest run first. */
export const evaluationNames = (reader: StoreReader): readonly EvaluationName[] =>
  reader
    .runs()
    .toReversed()
    .flatMap(({ id }) =>
      reader
        .evaluationTotals(id)
        .map(({ stage, setting, conversations }) => ({ run: id, stage, setting, conversations })),
    );

type Name = readonly [run: string, stage: string];

export const comparisonDetail = (reader: StoreReader, before: Name, after: Name): ComparisonDetail => {
  const [earlier, later] = [reader.outcomes(...before), reader.outcomes(...after)];
  const { success, reward, byType, faulty, unmatched } = compare(earlier, later, { seed: 1 });
  return {
    success: compared(success),
    reward: compared(reward),
    byType: byType.map(({ type, success: own }) => ({ type, success: compared(own) })),
    faulty,
    unmatched,
    flips: flipsBetween(earlier, later),
  };
};

const compared = ({ pairs, before, after, difference, ratio, p }: Comparison): Compared => ({
  pairs,
  before: interval(before),
  after: interval(after),
  difference: interval(difference),
  ratio: interval(ratio),
  p: finite(p),
});

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const interval = ({ value, low, high }: Estimate): Interval => ({
  value: finite(value),
  low: finite(low),
  high: finite(high),
});

const flipsBetween = (before: readonly OutcomeRow[], after: readonly OutcomeRow[]): readonly Flip[] => {
  const nameOf = ({ task, seed }: OutcomeRow): string => JSON.stringify([task, seed]);
  const later = new Map(after.map(row => [nameOf(row), row]));
  return before.flatMap(row => {
    const other = later.get(nameOf(row));
    if (!other || row.fault !== null || other.fault !== null || row.success === other.success) return [];
    const { task, seed, taskType } = row;
    return [{ task, seed, taskType, before: row.reward, after: other.reward, won: other.success }];
  });
};
