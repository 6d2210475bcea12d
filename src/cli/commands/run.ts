/** What the commands that make runs share: beginning one or taking one up, how it ends, and how to go on with it. */
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { type CastSpec, playsHere } from '../../rollout/cast.ts';
import { checkModels, type Limits, openRunModels } from '../../rollout/run-models.ts';
import {
  beginRun,
  openExistingProject,
  openProject,
  type Project,
  projectFolder,
  type Run,
  resumeRun,
} from '../../runs/project/project.ts';
import type { CommonOptions } from '../options/options.ts';
import { type Given, refuseUseless } from '../options/useless.ts';
import { knownError } from '../terminal/known-error.ts';
import { performLong, placeOf } from '../terminal/terminal.ts';
import { usageLines } from '../terminal/usage.ts';

export interface ResumeOption {
  readonly resume?: string | true;
}

/** Options that a resumed run takes from the command line; all others are its own. */
const ofTheMoment = new Set([
  'resume',
  'folder',
  'threads',
  'json',
  'config',
  'yes',
  'maxUsd',
  'maxTokens',
  'maxCalls',
]);

type RunOptions = CommonOptions & ResumeOption & Pick<Limits, 'maxUsd' | 'maxTokens' | 'maxCalls'>;

interface Configuration {
  readonly threads: number;
  readonly cast?: CastSpec;
  readonly limits?: Limits;
}

/**
 * The action of a command that works in a run: a new one, or with `--resume` an unfinished one with the options it was
 * begun with.
 * @param configure told the folder of the store and which options were given; what is wrong with them should be said here,
 *   before a run begins
 * @param work returns `stopped` if the run has not come to its end
 */
export const inRun =
  <O extends RunOptions, C extends Configuration>(
    configure: (options: O, folder: string, given: Given) => Promise<C>,
    work: (run: Run, configuration: C, options: O, signal: AbortSignal) => Promise<unknown>,
  ) =>
  (options: O, command: Command): Promise<void> =>
    performLong(async signal => {
      const { resume, folder } = options;
      if (resume) refuseOthers(command);
      const fresh = resume ? undefined : await configured(configure, options, command);
      const project = fresh ? await openProject(folder) : await openExistingProject(folder);
      try {
        const kind = command.name();
        const run = fresh
          ? await beginRun(project, kind, fresh)
          : await resumeRun(project, kind, resume === true ? undefined : resume);
        const threads = isGiven(command, 'threads') ? { threads: options.threads } : {};
        process.stderr.write(`run ${run.id} in ${placeOf(run.folder)}\n`);
        const stored = run.configuration as C;
        const configuration = {
          ...stored,
          ...threads,
          limits: { ...stored.limits, ...capsOf(options, command) },
        };
        await ended(run, () =>
          backed(run, configuration, held => work(held, configuration, options, signal)),
        );
      } finally {
        await project.store.close();
      }
    }, options);

/** A new run's configuration, with everything about it checked that can be known before it begins. */
const configured = async <O extends RunOptions, C extends Configuration>(
  configure: (options: O, folder: string, given: Given) => Promise<C>,
  options: O,
  command: Command,
): Promise<C> => {
  const given: Given = option => isGiven(command, option);
  refuseUseless(command.opts(), given);
  const configuration = await configure(options, projectFolder(options.folder), given);
  const { cast, limits = {} } = configuration;
  if (cast) await checkModels(cast, limits);
  if (cast?.judge !== undefined) await checkModels({ model: cast.judge, userModel: null }, limits);
  return configuration;
};

/** Caps may be raised when a run goes on, by who is there; what a file says holds for new runs. */
const capsOf = (caps: RunOptions, command: Command): Limits =>
  Object.fromEntries(
    (['maxUsd', 'maxTokens', 'maxCalls'] as const)
      .filter(cap => isGiven(command, cap))
      .map(cap => [cap, caps[cap]]),
  );

/** With what stands behind its remote models, if it has any. */
const backed = async (
  run: Run,
  { cast, limits = {} }: Configuration,
  work: (run: Run) => Promise<unknown>,
): Promise<unknown> => {
  if (!cast || !playsHere(cast)) return work(run);
  const runModels = await openRunModels(run.project.store, run.id, limits, cast.protocol);
  try {
    return await work({ ...run, project: { ...run.project, runModels } });
  } catch (thrown) {
    for (const line of usageLines(runModels)) process.stderr.write(`${line}\n`);
    throw thrown;
  } finally {
    await runModels.close();
  }
};

/** Opens a project that is there, for commands that only look at runs. */
export const inProject = async (folder: string, work: (project: Project) => Promise<void>): Promise<void> => {
  const project = await openExistingProject(folder);
  try {
    await work(project);
  } finally {
    await project.store.close();
  }
};

const isGiven = (command: Command, option: string): boolean => command.getOptionValueSource(option) === 'cli';

const refuseOthers = (command: Command): void => {
  const others = command.options.filter(
    option => isGiven(command, option.attributeName()) && !ofTheMoment.has(option.attributeName()),
  );
  if (others.length > 0)
    throw new JuxtaError(
      'bad-option',
      `a resumed run goes on with its own options; ${others.map(option => option.long).join(', ')} cannot be given`,
      { hint: 'leave it out, or start a new run without --resume' },
    );
};

/** Records how a run ended; what cut it short is told together with how to go on. */
const ended = async (run: Run, work: () => Promise<unknown>): Promise<void> => {
  try {
    const outcome = await work();
    await run.end(outcome === 'stopped' ? outcome : 'finished');
  } catch (thrown) {
    // A disk so full that it ended the run takes no note of that either; the run then counts as killed.
    await run.end(isInterruption(thrown) ? 'stopped' : 'failed').catch(() => undefined);
    throw withWayOn(knownError(thrown), run);
  }
};

export const isInterruption = (thrown: unknown): boolean =>
  thrown instanceof JuxtaError && thrown.code === 'interrupted';

const withWayOn = (thrown: unknown, run: Run): unknown => {
  // With the same trees and options, the same nothing would come out again.
  if (!(thrown instanceof JuxtaError) || thrown.code === 'nothing-harvested') return thrown;
  const way = `go on with: ${resumeCommand(run)}`;
  const hint = isInterruption(thrown) || !thrown.hint ? way : `${thrown.hint}\n  then ${way}`;
  return new JuxtaError(thrown.code, thrown.message, { hint, cause: thrown });
};

export const resumeCommand = ({
  kind,
  id,
  project,
}: {
  readonly kind: string;
  readonly id: string;
  readonly project: Pick<Project, 'folder'>;
}): string => `juxta ${kind} --resume ${id}${inFolder(project)}`;

/** What the next command has to be told of the project's folder, if it is not the one at hand; begins with a blank. */
export const inFolder = (project: Pick<Project, 'folder'>): string => {
  const folder = placeOf(dirname(project.folder));
  return folder === '' ? '' : ` --folder ${folder}`;
};
