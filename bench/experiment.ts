/** What the tables of self-training share: their options, the embedded model's cast and configuration, a round's stages. */
import { type Command, Option } from 'commander';
import { hash } from '../src/base/random.ts';
import { searchOf } from '../src/cli/configure/search.ts';
import { progressOn } from '../src/cli/terminal/terminal.ts';
import { defaultPace as pace } from '../src/environments/environment.ts';
import { definitionNamed } from '../src/environments/registry.ts';
import { type EnvironmentSpec, titleOf } from '../src/environments/spec.ts';
import { resolveModel } from '../src/models/open.ts';
import type { CastSpec } from '../src/rollout/cast.ts';
import { cores } from '../src/rollout/threads.ts';
import type { SelftrainConfiguration } from '../src/runs/configuration.ts';
import { type EvaluationResult, evaluateModel } from '../src/runs/evaluation.ts';
import type { TaskSet } from '../src/runs/plan.ts';
import { beginRun, openProject, type Run, resumeRun } from '../src/runs/project/project.ts';
import { type RolloutSummary, rollOut } from '../src/runs/rollout.ts';
import { type TrainResult, trainStage } from '../src/runs/training/training.ts';
import { parseMethods } from '../src/train/methods.ts';
import { commandLine } from './command-line.ts';
import { whole } from './numbers.ts';

export const onProgress = progressOn(process.stderr);

export interface RunOptions {
  readonly folder: string;
  readonly resume: boolean;
}

export const withRun = (command: Command): Command =>
  command
    .option('--folder <path>', 'project folder', '.')
    .option('--resume', 'go on with the last one that was stopped, given the same options again', false);

export interface ExperimentOptions extends RunOptions {
  readonly environment: string;
  readonly data?: string;
  readonly model: string;
  readonly seeds: number;
  readonly tasks?: number;
  readonly testTasks?: number;
}

/** The command line of a table that compares methods over several seeds. */
export const experimentLine = (file: string, environment: string): Command =>
  withRun(
    commandLine(file)
      .option('--environment <name>', 'hamlet or toolwoz', environment)
      .option('--data <path>', 'zip or folder to be used in place of pulled data')
      .option('--model <name>', 'where every method begins', 'embedded:base')
      .addOption(new Option('--seeds <n>', 'how often each method is tried').default(3).argParser(whole(1)))
      .addOption(
        new Option('--tasks <n>', 'tasks to roll out (default: 300; ToolWOZ: all)').argParser(whole(1)),
      )
      .addOption(
        new Option('--test-tasks <n>', 'held-out tasks (default: 300; ToolWOZ: all)').argParser(whole(1)),
      ),
  );

export interface Experiment {
  readonly run: Run;
  readonly configurationOf: (
    seed: number,
    method: string,
    changes?: Partial<SelftrainConfiguration>,
  ) => SelftrainConfiguration;
}

export const openExperiment = async (kind: string, options: ExperimentOptions): Promise<Experiment> => {
  const { data, tasks, testTasks } = options;
  const project = await openProject(options.folder);
  const model = await resolveModel(options.model, project.folder);
  const environment = { name: options.environment, ...(data !== undefined && { options: { data } }) };
  return {
    run: options.resume
      ? await resumeRun(project, kind)
      : await beginRun(project, kind, { ...options, model }),
    configurationOf: (seed, method, changes) =>
      oneRound({ ...embeddedCast(environment, model), model }, seed, method, {
        gateTasks: 1,
        ...(tasks !== undefined && { tasks }),
        ...(testTasks !== undefined && { testTasks }),
        ...changes,
      }),
  };
};

export const embeddedCast = (environment: EnvironmentSpec, model: string): CastSpec => ({
  environment,
  agent: 'function-calling',
  pace: 'turns',
  protocol: 'default',
  model,
  user: 'agenda',
  userModel: null,
  maxTokens: 64,
});

/** One round with the defaults of `juxta selftrain`. */
export const oneRound = (
  cast: CastSpec & { readonly model: string },
  seed: number,
  method: string,
  changes: Partial<SelftrainConfiguration> = {},
): SelftrainConfiguration => {
  const { generated } = definitionNamed(titleOf(cast.environment));
  return {
    cast,
    model: cast.model,
    seed,
    rounds: 1,
    method: parseMethods(method),
    search: searchOf({ beam: 8, branch: 2, branching: 'turn', eager: false, wave: 1 }),
    temperature: 1,
    tasks: generated ? 300 : null,
    testTasks: generated?.test ?? null,
    gateTasks: generated?.gate ?? null,
    minReward: 1,
    data: 'harvest',
    training: {},
    maxMessages: pace.messages,
    maxTries: pace.tries,
    maxSteps: pace.steps,
    limits: {},
    threads: cores(),
    ...changes,
  };
};

/** A stage of the run, like the two below: its result is kept, so that a run that was stopped goes on after it. */
export const rolledOut = (
  run: Run,
  stage: string,
  configuration: SelftrainConfiguration,
  { split, tasks }: TaskSet,
): Promise<RolloutSummary> =>
  run.stage(stage, () =>
    rollOut(run.project, { ...configuration, run: run.id, stage, split, tasks }, onProgress),
  );

export const evaluated = (
  run: Run,
  stage: string,
  configuration: SelftrainConfiguration,
  model: string,
  tasks: TaskSet,
): Promise<EvaluationResult> =>
  run.stage(stage, () =>
    evaluateModel(run.project, configuration, { run: run.id, stage, model, tasks }, onProgress),
  );

/** @param data one folder per method */
export const trained = (
  run: Run,
  stage: string,
  { cast, model, method, seed, threads }: SelftrainConfiguration,
  data: Readonly<Record<string, string>>,
  folder: string,
): Promise<TrainResult> =>
  run.stage(`${stage}: train`, () =>
    trainStage(
      {
        stage,
        environment: cast.environment,
        base: model,
        data,
        method,
        changes: {},
        folder,
        seed: hash(seed, 'train'),
        threads,
      },
      onProgress,
    ),
  );
