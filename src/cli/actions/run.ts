/** What the commands that make runs share: beginning one or taking one up, how it ends, and how to go on with it. */
import { dirname } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { type CastSpec, isRemote, runsInProcess } from '../../rollout/cast.ts';
import type { Limits } from '../../rollout/run-models.ts';
import { checkModuleHash, moduleHash } from '../../runs/project/module-hash.ts';
import type { Place } from '../../runs/project/place.ts';
import {
  beginRun,
  openExistingProject,
  openProject,
  type Project,
  projectFolder,
  type Run,
  resumeRun,
} from '../../runs/project/project.ts';
import { type Action, type Call, type Given, givenIn } from '../commands/command.ts';
import { refuseInapplicable } from '../options/applicable.ts';
import type { RunOptions } from '../options/common.ts';
import type { LimitOptions } from '../options/limits.ts';
import { fileError } from '../terminal/file-errors.ts';
import { isInterruption, placeOf } from '../terminal/terminal.ts';
import { usageLines } from '../terminal/usage.ts';

/** Options that a resumed run takes from the command line; all others are its own. */
const ofTheMoment = new Set([
  'resume',
  'folder',
  'store',
  'project',
  'threads',
  'json',
  'config',
  'yes',
  'maxUsd',
  'maxTokens',
  'maxCalls',
  'changedEnvironment',
]);

type Options = RunOptions & Partial<Pick<LimitOptions, 'maxUsd' | 'maxTokens' | 'maxCalls'>>;

/** What came of the work. */
export interface Outcome {
  /** It has not come to its end, and can be gone on with. */
  readonly isStopped?: true;
  /** For `--json`. */
  readonly json: object;
}

interface Configuration {
  readonly threads: number;
  /** Of the environment's module, where it is a file. */
  readonly moduleHash?: string;
  readonly cast?: CastSpec;
  readonly limits?: Limits;
}

/**
 * The action of a command that works in a run: a new one, or with `--resume` an unfinished one with the options it was
 * begun with.
 * @param configure is given the folder of the store and which options were given; what is wrong with them should be said
 *   here, before a run begins
 */
export const inRun =
  <O extends Options, C extends Configuration>(
    configure: (options: O, folder: string, given: Given) => Promise<C>,
    work: (run: Run, configuration: C, options: O, signal: AbortSignal) => Promise<Outcome>,
  ): Action<O> =>
  async (options, call) => {
    const { resume } = options;
    if (resume) refuseOthers(call);
    const fresh = resume ? undefined : await configured(configure, options, givenIn(call));
    const project = fresh ? await openProject(options) : await openExistingProject(options);
    try {
      const kind = call.command;
      const run = fresh
        ? await beginRun(project, kind, { ...fresh, ...hashOf(fresh) })
        : await resumeRun(project, kind, resume === true ? undefined : resume);
      process.stderr.write(`run ${run.id} in ${placeOf(run.folder)}\n`);
      const configuration = changed(run.configuration as C, options, givenIn(call));
      return await ended(run, () => {
        if (!options.changedEnvironment)
          checkModuleHash(configuration.cast?.environment, configuration.moduleHash);
        return backed(run, configuration, held => work(held, configuration, options, call.signal));
      });
    } finally {
      await project.store.close();
    }
  };

/** A new run's configuration, with everything about it checked that can be known before it begins. */
const configured = async <O extends Options, C extends Configuration>(
  configure: (options: O, folder: string, given: Given) => Promise<C>,
  options: O,
  given: Given,
): Promise<C> => {
  refuseInapplicable(options, given);
  const configuration = await configure(options, projectFolder(options.folder), given);
  const { cast, limits = {} } = configuration;
  if (cast) await checkRemote(cast, limits);
  if (cast?.judge !== undefined) await checkRemote({ model: cast.judge, userModel: null }, limits);
  return configuration;
};

/** Loads what speaks to providers only if one is asked. */
const checkRemote = async (models: Pick<CastSpec, 'model' | 'userModel'>, limits: Limits): Promise<void> => {
  if (!isRemote(models.model) && !isRemote(models.userModel)) return;
  const { checkModels } = await import('../../rollout/run-models.ts');
  await checkModels(models, limits);
};

const hashOf = ({ cast }: Configuration): Pick<Configuration, 'moduleHash'> => {
  const hash = moduleHash(cast?.environment);
  return hash === undefined ? {} : { moduleHash: hash };
};

/** Threads and caps may be others when a run goes on; what a file says of them holds for new runs. */
const changed = <C extends Configuration>(stored: C, options: Options, given: Given): C => {
  const caps = (['maxUsd', 'maxTokens', 'maxCalls'] as const).filter(given);
  return {
    ...stored,
    ...(given('threads') && { threads: options.threads }),
    limits: { ...stored.limits, ...Object.fromEntries(caps.map(cap => [cap, options[cap]])) },
  };
};

/** With what stands behind its remote models, if it has any. */
const backed = async <T>(
  run: Run,
  { cast, limits = {} }: Configuration,
  work: (run: Run) => Promise<T>,
): Promise<T> => {
  if (!cast || !(await runsInProcess(cast))) return work(run);
  const { openRunModels } = await import('../../rollout/run-models.ts');
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
export const inProject = async <T>(place: Place, work: (project: Project) => Promise<T>): Promise<T> => {
  const project = await openExistingProject(place);
  try {
    return await work(project);
  } finally {
    await project.store.close();
  }
};

const refuseOthers = ({ given }: Pick<Call, 'given'>): void => {
  const others = given.filter(({ name }) => !ofTheMoment.has(name));
  if (others.length > 0)
    throw new JuxtaError(
      'bad-option',
      `a resumed run goes on with its own options; ${others.map(({ flag }) => flag).join(', ')} cannot be given`,
      { hint: 'leave it out, or start a new run without --resume' },
    );
};

/** Records how a run ended; what cut it short is told together with how to go on. */
const ended = async (run: Run, work: () => Promise<Outcome>): Promise<object> => {
  try {
    const { isStopped, json } = await work();
    await run.end(isStopped ? 'stopped' : 'finished');
    return json;
  } catch (thrown) {
    // A disk so full that it ended the run takes no note of that either; the run then counts as killed.
    await run.end(isInterruption(thrown) ? 'stopped' : 'failed').catch(() => undefined);
    throw withWayOn(fileError(thrown), run);
  }
};

const withWayOn = (thrown: unknown, run: Run): unknown => {
  if (!(thrown instanceof JuxtaError) || thrown.permanent) return thrown;
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
  readonly project: Pick<Project, 'folder' | 'storeOptions'>;
}): string => `juxta ${kind} --resume ${id}${inFolder(project)}`;

/** What the next command has to be given to find the project, if it is not in this folder; begins with a blank. */
export const inFolder = ({ folder: at, storeOptions }: Pick<Project, 'folder' | 'storeOptions'>): string => {
  const folder = placeOf(dirname(at));
  return `${folder === '' ? '' : ` --folder ${folder}`}${storeOptions ? ` ${storeOptions}` : ''}`;
};
