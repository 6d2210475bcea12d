import { JuxtaError } from '../../base/errors.ts';
import { openEnvironment } from '../../environments/open.ts';
import { definitionOf } from '../../environments/registry.ts';
import type { RolloutConfiguration } from '../../runs/configuration.ts';
import { checkDryRun } from '../../runs/dry-run.ts';
import { taskSet } from '../../runs/plan.ts';
import type { Run } from '../../runs/project/project.ts';
import { type RolloutSummary, rollOut } from '../../runs/rollout.ts';
import { stageKeys } from '../../runs/stage-keys.ts';
import type { Action } from '../commands/command.ts';
import type { Options as CommandOptions } from '../commands/rollout.ts';
import { playersOf, playOf } from '../configure/players.ts';
import { searchOf, unitOf } from '../configure/search.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { duration, progressOn, say } from '../terminal/terminal.ts';
import { usageLines, usageObject } from '../terminal/usage.ts';
import { tellEstimate } from './dry-run.ts';
import { inFolder, inRun, type Outcome } from './run.ts';

type Options = CommandOptions & EnvironmentOptions;

export const action: Action<Options> = (options, call) => inRun(configurationOf, rollOutTasks)(options, call);

const rollOutTasks = async (
  run: Run,
  configuration: RolloutConfiguration,
  options: Options,
  signal: AbortSignal,
): Promise<Outcome> => {
  const stage = stageKeys.rollOut;
  const { split, count, start, shuffle, cast } = configuration;
  const { tasks } = taskSet(await openEnvironment(cast.environment), split, count, { start, shuffle });
  const plan = { run: run.id, stage, ...configuration, split, tasks };
  if (options.dryRun !== undefined)
    return tellEstimate(run, tasks, options, (project, task, onProgress) =>
      rollOut(project, { ...plan, tasks: [task] }, onProgress, signal),
    );
  const summary = await run.stage(stage, ({ seconds: secondsBefore }) =>
    rollOut(run.project, { ...plan, secondsBefore }, progressOn(process.stderr), signal),
  );
  const {
    trees,
    averageReward,
    full,
    faults,
    userFaults,
    environmentFaults,
    contextLengthFaults = 0,
    contentFilterFaults = 0,
    infrastructureFaults,
    nodes,
    seconds,
  } = summary;
  say(
    `${trees} trees in ${duration(seconds)}: average reward ${averageReward.toFixed(3)}, every goal reached in ${full}, ` +
      `${nodes} nodes`,
  );
  if (faults > 0)
    say(
      `faults in ${faults} trees: ${[
        `${userFaults} lines ended by the user`,
        `${environmentFaults} by the environment`,
        `${infrastructureFaults} by failed requests`,
        ...(contextLengthFaults ? [`${contextLengthFaults} longer than the model takes`] : []),
        ...(contentFilterFaults ? [`${contentFilterFaults} refused by a content filter`] : []),
      ].join(', ')}; none counts against the agent`,
    );
  for (const line of usageLines(run.project.runModels)) say(line);
  say(`next: ${wayOn(run, summary)}`);
  return { json: { run: run.id, ...summary, ...usageObject(run.project.runModels) } };
};

const wayOn = ({ id, project }: Run, { full, averageReward }: RolloutSummary): string => {
  const exports = `juxta export --run ${id} --format trl-sft --out FOLDER${inFolder(project)}`;
  if (full > 0) return exports;
  return averageReward > 0
    ? `no tree reached every goal: roll out more tasks, or take those that reached some: ${exports} --min-reward 0`
    : 'no tree reached a goal, so there is nothing to export: roll out more tasks';
};

const configurationOf = async (options: Options, folder: string): Promise<RolloutConfiguration> => {
  const { cast, pace, environment } = await playersOf(options, folder, unitOf(options));
  const split = options.split ?? (await definitionOf(cast.environment)).purposes.train;
  taskSet(environment, split, 1, options); // a split that is none is told of now
  if (options.dryRun !== undefined) checkDryRun(cast);
  if (cast.user === 'human' && options.beam > 1)
    throw new JuxtaError('bad-option', 'a person cannot hold several conversations at once', {
      hint: 'play one line with --beam 1, or talk to the agent with: juxta evaluate --user human',
    });
  return {
    cast,
    split,
    start: options.start,
    ...(options.shuffle !== undefined && { shuffle: options.shuffle }),
    count: options.tasks ?? null,
    search: searchOf(options, pace),
    ...playOf(options, pace),
  };
};
