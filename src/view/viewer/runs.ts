/** Runs as the viewer lists and shows them. */
import { titleOf } from '../../environments/spec.ts';
import { wilson } from '../../evaluate/statistics.ts';
import { spendingWords } from '../../rollout/run-models.ts';
import { costOf, secondsOf } from '../../runs/project/meter.ts';
import { storedConfiguration } from '../../runs/project/project.ts';
import type { StoreReader } from '../../store/reader.ts';
import type { RunRow, StageRow } from '../../store/rows.ts';
import type { EvaluationTotals, TreeTotals } from '../../store/totals.ts';
import { outcomeOf } from '../outcome.ts';
import { requestLines } from '../requests.ts';
import type { EvaluationStage, RunDetail, RunSummary, StageSummary, TreeStage } from './api.ts';
import { expectedIn, secondsLeft } from './progress.ts';

/** Newest first. */
export const runSummaries = (reader: StoreReader): readonly RunSummary[] =>
  reader
    .runs()
    .map(row => summaryOf(reader, row))
    .reverse();

const summaryOf = (reader: StoreReader, row: RunRow): RunSummary => {
  const { id, kind, started, finished } = row;
  const stages = reader.stages(id);
  const sum = <T>(list: readonly T[], of: (one: T) => number): number =>
    list.reduce((total, one) => total + of(one), 0);
  return {
    id,
    kind,
    status: statusOf(reader, row),
    started,
    finished,
    environment: environmentOf(reader, row),
    outcome: orNull(() => outcomeOf(kind, stages)),
    trees: sum(reader.treeTotals(id), ({ trees }) => trees),
    conversations: sum(reader.evaluationTotals(id), ({ conversations }) => conversations),
    seconds: secondsOf(stages) ?? null,
    usd: reader.spending(id)?.usd ?? null,
  };
};

const statusOf = (reader: StoreReader, { id, status }: RunRow): RunSummary['status'] =>
  status === 'running' && !reader.isLocked(id) ? 'killed' : status;

/** One damaged row must not keep the others from being looked at. */
const orNull = <T>(work: () => T | undefined): T | null => {
  try {
    return work() ?? null;
  } catch {
    return null;
  }
};

const configurationOf = (reader: StoreReader, row: RunRow): object =>
  storedConfiguration({ folder: reader.where }, row);

const environmentOf = (reader: StoreReader, row: RunRow): string | null =>
  orNull(() => {
    const { cast } = configurationOf(reader, row) as {
      cast?: { environment: Parameters<typeof titleOf>[0] };
    };
    return cast && titleOf(cast.environment);
  });

/** Undefined if there is no such run (any more). */
export const runDetail = (reader: StoreReader, id: string): RunDetail | undefined => {
  const row = reader.run(id);
  if (!row) return undefined;
  const spent = reader.spending(id);
  const counts = Object.fromEntries(reader.events(id).map(({ name, count }) => [name, count]));
  return {
    ...summaryOf(reader, row),
    stages: stagesOf(reader, row),
    requests: spent && spent.calls > 0 ? requestLines(spendingWords(spent), counts) : [],
    configuration: orNull(() => configurationOf(reader, row)),
  };
};

/** The stages as they were begun; what is kept under a key of its own (`before, greedy`) stands beside them. */
const stagesOf = (reader: StoreReader, row: RunRow): readonly StageSummary[] => {
  const { id: run, kind } = row;
  const stages = new Map<string, StageRow | undefined>(reader.stages(run).map(stage => [stage.key, stage]));
  const trees = new Map(reader.treeTotals(run).map(totals => [totals.stage, treeStage(totals)]));
  const evaluations = Map.groupBy(reader.evaluationTotals(run), ({ stage }) => stage);
  for (const key of [...trees.keys(), ...evaluations.keys()])
    if (!stages.has(key)) stages.set(key, undefined);
  const configuration = orNull(() => configurationOf(reader, row)) ?? {};
  const runs = statusOf(reader, row) === 'running';
  return [...stages].map(([key, stage]) => {
    const conversations = (evaluations.get(key) ?? []).map(evaluationStage);
    const done = trees.get(key)?.count ?? conversations[0]?.count;
    const expected = done === undefined ? null : expectedIn(kind, configuration, key);
    const seconds = stage?.cost ? costOf(stage).seconds : null;
    return {
      key,
      status: stage?.status === 'running' && !runs ? 'unfinished' : (stage?.status ?? null),
      seconds,
      peakMemoryBytes: stage?.cost ? costOf(stage).peakMemoryBytes : null,
      expected,
      secondsLeft: stage?.status === 'running' && runs ? secondsLeft(done ?? 0, expected, seconds) : null,
      trees: trees.get(key) ?? null,
      conversations,
    };
  });
};

const treeStage = ({ trees: count, averageReward, full, faults }: TreeTotals): TreeStage => ({
  count,
  averageReward,
  full,
  faults,
});

const evaluationStage = ({
  setting,
  conversations,
  successes,
  averageReward,
  faults,
}: EvaluationTotals): EvaluationStage => ({
  setting,
  count: conversations,
  success: conversations > faults ? wilson(successes, conversations - faults) : null,
  averageReward,
  faults,
});
