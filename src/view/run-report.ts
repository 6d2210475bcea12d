/** Reads a finished self-training run from the store and makes of it a page, a few lines of text, and one object. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import { openEnvironment } from '../environments/open.ts';
import { titleOf } from '../environments/spec.ts';
import { type ComparisonReport, compare } from '../evaluate/compare.ts';
import type { Metrics } from '../evaluate/metrics.ts';
import type { Estimate } from '../evaluate/statistics.ts';
import { spendingWords } from '../rollout/run-models.ts';
import { type SelftrainConfiguration, type Setting, settings } from '../runs/configuration.ts';
import type { EvaluationResult } from '../runs/evaluation.ts';
import { planOf } from '../runs/plan.ts';
import { type Project, storedConfiguration } from '../runs/project/project.ts';
import { storedTrees } from '../runs/rollout.ts';
import type { SelftrainResult } from '../runs/selftrain.ts';
import { roundKeys, settingKey, stageKeys } from '../runs/stage-keys.ts';
import { readStageResult } from '../runs/stage-results.ts';
import type { EvaluationRow } from '../store/rows.ts';
import { divergence } from './divergence.ts';
import { percent, pValue, times, withInterval } from './format.ts';
import { renderReport } from './report.ts';
import type { LossCurve, ReportData, ReportedExample, ReportedRound, StageCost } from './report-data.ts';
import { requestLines } from './requests.ts';
import { costsOf } from './stage-costs.ts';

export interface RunReport {
  /** The page's path. */
  readonly path: string;
  /** For the terminal. */
  readonly summary: readonly string[];
  /** For machines. */
  readonly json: object;
}

/** @throws JuxtaError `unknown-run`, `not-finished` */
export const reportOnRun = async (project: Project, id: string): Promise<RunReport> => {
  const { store } = project;
  const row = await store.run(id);
  if (!row)
    throw new JuxtaError('unknown-run', `there is no run ${JSON.stringify(id)}`, {
      hint: '`juxta runs` lists them',
    });
  const stored = await store.stage(id, stageKeys.result);
  if (!stored?.result)
    throw new JuxtaError('not-finished', `${id} has no result yet`, {
      hint:
        row.kind === 'selftrain'
          ? `go on with: juxta selftrain --resume ${id}`
          : `it is a ${row.kind} run; only self-training has a report`,
    });
  const configuration = storedConfiguration(project, row) as SelftrainConfiguration;
  const result = readStageResult(stored) as SelftrainResult;
  const compared = {} as Record<Setting, ComparisonReport>;
  for (const setting of settings) {
    const before = await outcomes(project, id, stageKeys.before, setting);
    const after = result.kept ? await outcomes(project, id, stageKeys.after, setting) : before;
    compared[setting] = compare(before, after, { seed: configuration.seed });
  }
  const costs = costsOf(result, await store.stages(id));
  const path = join(project.folder, 'runs', id, 'report.html');
  await writeFile(
    path,
    renderReport(await dataOf(project, configuration, result, compared, costs, row.started)),
  );
  return {
    path,
    summary: [...summaryOf(configuration, result, compared), ...requestsOf(result)],
    json: {
      run: id,
      environment: titleOf(configuration.cast.environment),
      model: result.model,
      before: figures(result.before),
      after: figures(result.after),
      comparison: Object.fromEntries(
        settings.map(setting => {
          const { success, reward } = compared[setting];
          return [setting, { success: strip(success), reward: strip(reward) }];
        }),
      ),
      rounds: result.rounds.map(({ round, rollout, harvest, mixed, kl, gate, kept }) => ({
        round,
        rollout,
        examples: harvest.rows,
        ...(mixed && { mixed }),
        ...(kl && { kl }),
        gate,
        kept,
      })),
      stages: costs,
      ...(result.requests && { requests: { ...result.requests.spent, events: result.requests.events } }),
      report: path,
    },
  };
};

const strip = ({ difference, ratio, p, tasks }: ComparisonReport['success']) => ({
  difference,
  ratio,
  p,
  tasks,
});

const outcomes = async (
  project: Project,
  run: string,
  stage: string,
  setting: Setting,
): Promise<EvaluationRow[]> => {
  const rows: EvaluationRow[] = [];
  for await (const row of project.store.evaluations({ run, stage: settingKey(stage, setting) }, setting))
    rows.push(row);
  return rows;
};

const figures = (result: EvaluationResult) =>
  Object.fromEntries(
    settings.map(setting => {
      const { errors, ...rest } = result[setting];
      return [setting, rest];
    }),
  );

const requestsOf = ({ requests }: SelftrainResult): readonly string[] =>
  requests ? requestLines(spendingWords(requests.spent), requests.events) : [];

const summaryOf = (
  configuration: SelftrainConfiguration,
  result: SelftrainResult,
  compared: Record<Setting, ComparisonReport>,
): string[] => {
  const kept = result.rounds.filter(round => round.kept).length;
  const method = configuration.method.join('+');
  const lines = [
    `${titleOf(configuration.cast.environment)}: ${kept} of ${result.rounds.length} rounds kept (${method}), ` +
      `${result.before.greedy.n} held-out tasks`,
  ];
  for (const setting of settings) {
    const { success, reward } = compared[setting];
    lines.push(
      `  ${setting.padEnd(8)} success ${percent(success.before.value)} → ${percent(success.after.value)}` +
        `   ${withInterval(success.ratio, times)}   ${pValue(success.p)}` +
        `   average reward ${reward.before.value.toFixed(3)} → ${reward.after.value.toFixed(3)}`,
    );
  }
  return lines;
};

const dataOf = async (
  project: Project,
  configuration: SelftrainConfiguration,
  result: SelftrainResult,
  compared: Record<Setting, ComparisonReport>,
  costs: readonly StageCost[],
  made: string,
): Promise<ReportData> => {
  const environment = await openEnvironment(configuration.cast.environment);
  const example = await exampleOf(project, configuration, result);
  const plain = ({ errors: _errors, ...metrics }: EvaluationResult[Setting]): Metrics => metrics;
  return {
    title: `Self-training on ${environment.name}`,
    run: result.run,
    made,
    notes: [
      ...(environment.notes ?? []),
      'Held-out tasks were played before and after with the same seeds; no round trained on them or was chosen by them.',
      ...result.rounds.flatMap(klNote),
    ],
    evaluations: settings.map(setting => ({
      setting,
      before: plain(result.before[setting]),
      after: plain(result.after[setting]),
      comparison: compared[setting],
      errors: { before: result.before[setting].errors, after: result.after[setting].errors },
    })),
    training: result.rounds.flatMap(lossCurves),
    rounds: result.rounds.map(reportedRound),
    costs,
    requests: requestsOf(result),
    ...(example && { example }),
    settings: settingsOf(configuration),
  };
};

/** Forgetting follows how far a model has moved. */
const klNote = ({ round, kl }: SelftrainResult['rounds'][number]): string[] => {
  if (!kl || kl.samples === 0) return [];
  const nats = ({ value, low, high }: Estimate): string =>
    `${value.toFixed(3)} nats (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`;
  return [
    `KL to the base after round ${round}: ${nats(kl.perToken)} per token, ${nats(kl.perCompletion)} per reply, ` +
      `on ${kl.prompts} held-out prompts.`,
  ];
};

const lossCurves = ({ round, train }: SelftrainResult['rounds'][number]): LossCurve[] =>
  [...Map.groupBy(train.losses, point => point.method)].map(([method, points]) => ({
    stage: `round ${round}, ${method.toUpperCase()}`,
    points: points.map(({ step, loss }) => ({ step, loss })),
  }));

const reportedRound = ({
  round,
  rollout,
  harvest,
  gate,
  kept,
}: SelftrainResult['rounds'][number]): ReportedRound => ({
  round,
  rolloutReward: rollout.averageReward,
  fullRewardTrees: rollout.full,
  trees: rollout.trees,
  examples: harvest.rows,
  gateBefore: gate.before,
  gateAfter: gate.after ?? Number.NaN,
  kept,
});

/** A golden path beside a failed sibling, from the first tree of the last round that has one. */
const exampleOf = async (
  project: Project,
  configuration: SelftrainConfiguration,
  result: SelftrainResult,
): Promise<ReportedExample | undefined> => {
  const round = result.rounds.at(-1);
  if (!round || configuration.data !== 'harvest') return undefined;
  const stage = roundKeys(round.round).rollOut;
  for await (const tree of storedTrees(project, { run: result.run, stage })) {
    if (tree.reward < 1) continue;
    const example = divergence(tree, await instructionsOf(configuration, round.round, tree.task));
    if (example) return example;
  }
  return undefined;
};

const instructionsOf = async (
  configuration: SelftrainConfiguration,
  round: number,
  id: string,
): Promise<readonly string[]> => {
  const { train } = await planOf(configuration);
  const index = train.ofRound(round).find(task => task.id === id)?.index;
  if (index === undefined) return [];
  const environment = await openEnvironment(configuration.cast.environment);
  return environment.tasks(train.split, { start: index, count: 1 })[0]?.instructions ?? [];
};

const settingsOf = (configuration: SelftrainConfiguration): ReportData['settings'] => {
  const { cast, search, training, ...rest } = configuration;
  const flat = { ...rest, ...cast, environment: JSON.stringify(cast.environment), ...search, ...training };
  return Object.entries(flat).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
};
