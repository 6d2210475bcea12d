import { type Command, Option } from 'commander';
import type { StoredBenchmark } from '../../runs/benchmark.ts';
import { settings } from '../../runs/configuration.ts';
import type { EvaluationResult } from '../../runs/evaluation.ts';
import { endsOf } from '../../runs/project/losses.ts';
import { secondsOf } from '../../runs/project/meter.ts';
import { type Project, runsOf, storedConfiguration } from '../../runs/project/project.ts';
import type { RolloutSummary } from '../../runs/rollout.ts';
import type { SelftrainResult } from '../../runs/selftrain.ts';
import { stageKeys } from '../../runs/stage-keys.ts';
import type { TrainResult } from '../../runs/training/training.ts';
import { percent } from '../../view/format.ts';
import { duration, perform, say, sayJson } from '../terminal/terminal.ts';
import { inProject, resumeCommand } from './run.ts';

type Listed = Awaited<ReturnType<typeof runsOf>>[number];

export const addRuns = (program: Command): void => {
  program
    .command('runs')
    .description('list the runs of a project: how they stand, what came out, how to go on')
    .addOption(new Option('--folder <path>', 'project folder').default('.'))
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', '\nExamples:\n  juxta runs\n  juxta runs --folder my-project --json')
    .action(({ folder, json }: { folder: string; json: boolean }) =>
      perform(() => inProject(folder, project => list(project, json)), { json }),
    );
};

const list = async (project: Project, json: boolean): Promise<void> => {
  const runs = await runsOf(project);
  if (json) {
    const objects = runs.map(run => ({ ...run, configuration: storedConfiguration(project, run) }));
    sayJson({ runs: objects });
    return;
  }
  if (runs.length === 0) say('no runs yet; start one with: juxta selftrain');
  for (const run of runs) {
    const took = await timeOf(project, run);
    const began = run.started.slice(0, 16).replace('T', ' ');
    say(
      `${run.id.padEnd(14)} ${run.status.padEnd(9)} ${began}  ${took.padEnd(11)} ${await saying(project, run)}`,
    );
  }
};

/** What its stages took: a run that was gone on with a day later took no day. */
const timeOf = async (project: Project, { id, started, finished }: Listed): Promise<string> => {
  if (finished === null) return '';
  const seconds = secondsOf(await project.store.stages(id));
  return duration(seconds ?? (Date.parse(finished) - Date.parse(started)) / 1000);
};

/** What came out of a run, or how to go on with it. */
const saying = async (project: Project, run: Listed): Promise<string> => {
  if (run.status === 'running') return '';
  const known = outcomes[run.kind];
  const stored = known && (await project.store.stage(run.id, known.stage));
  if (run.status === 'finished') return stored?.result ? known!.told(JSON.parse(stored.result)) : '';
  return `go on with: ${resumeCommand({ ...run, project })}`;
};

interface Outcome {
  readonly stage: string;
  told(result: unknown): string;
}

const outcome = <T>(stage: string, told: (result: T) => string): Outcome => ({
  stage,
  told: result => told(result as T),
});

/** Of each kind of run, the stage that holds its result, and that result in a few words. */
const outcomes: Readonly<Record<string, Outcome>> = {
  selftrain: outcome<SelftrainResult>(
    stageKeys.result,
    ({ before, after }) =>
      `success ${percent(before.greedy.successRate)} → ${percent(after.greedy.successRate)} greedy, ` +
      `${percent(before.sampled.successRate)} → ${percent(after.sampled.successRate)} sampled`,
  ),
  rollout: outcome<RolloutSummary>(
    stageKeys.rollOut,
    ({ trees, averageReward }) => `${trees} trees, average reward ${averageReward.toFixed(3)}`,
  ),
  train: outcome<TrainResult>(stageKeys.train, ({ losses }) => {
    const ends = endsOf(losses).map(
      ({ method, last }, _, { length }) => `${length > 1 ? `${method} ` : ''}${last.toFixed(3)}`,
    );
    return `${losses.length} updates, last loss ${ends.length > 0 ? ends.join(', ') : '–'}`;
  }),
  evaluate: outcome<Partial<EvaluationResult> | StoredBenchmark>(stageKeys.evaluate, result =>
    'benchmark' in result
      ? `${result.benchmark} score ${result.summary.overall.value?.toFixed(2) ?? '–'}`
      : `success ${settings
          .flatMap(each => (result[each] ? [`${percent(result[each].successRate)} ${each}`] : []))
          .join(', ')}`,
  ),
};
