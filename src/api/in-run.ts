/** Work that is done in a run of a project, from code. */
import { JuxtaError } from '../base/errors.ts';
import { closeEnvironments } from '../environments/open.ts';
import { type CastSpec, runsInProcess } from '../rollout/cast.ts';
import { checkModels, type Limits, openRunModels } from '../rollout/run-models.ts';
import {
  beginRun,
  openExistingProject,
  openProject,
  type Project,
  type Run,
  resumeRun,
} from '../runs/project/project.ts';

/** Where a run is kept, and whether an earlier one goes on. */
export interface RunSettings {
  /** The project folder, whose `.juxta` holds store and runs (default: the working folder). */
  readonly folder?: string;
  /** A run that was cut short, to be gone on with. It keeps the settings it was begun with. */
  readonly resume?: string;
}

interface Configuration {
  readonly threads: number;
  readonly cast?: CastSpec;
  readonly limits?: Limits;
}

/**
 * Begins a run or takes one up, does its work, and records how it ended.
 * @param configure everything that decides the result; what is wrong with it is said before a run begins
 */
export const inRun = <C extends Configuration, Result>(
  kind: string,
  { folder = '.', resume }: RunSettings,
  configure: () => Promise<C>,
  work: (run: Run, configuration: C) => Promise<Result>,
): Promise<Result> =>
  busy(async () => {
    const fresh = resume === undefined ? await configure() : undefined;
    if (fresh?.cast) await checkModels(fresh.cast, fresh.limits ?? {});
    return inProject(await openProject(folder), async project => {
      const run = fresh ? await beginRun(project, kind, fresh) : await resumeRun(project, kind, resume);
      const configuration = run.configuration as C;
      return ended(run, () => withModels(run, configuration, held => work(held, configuration)));
    });
  });

const inProject = async <Result>(
  project: Project,
  work: (project: Project) => Promise<Result>,
): Promise<Result> => {
  try {
    return await work(project);
  } finally {
    await project.store.close();
  }
};

/** Opens a project that is there, to look at its runs. @throws JuxtaError `no-project` */
export const lookingInto = async <Result>(
  folder: string | undefined,
  work: (project: Project) => Promise<Result>,
): Promise<Result> => busy(async () => inProject(await openExistingProject(folder ?? '.'), work));

let running = 0;

/** Sessions that nobody plays in any more would keep the process alive. */
const busy = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  running++;
  try {
    return await work();
  } finally {
    if (--running === 0) await closeEnvironments();
  }
};

const withModels = async <Result>(
  run: Run,
  { cast, limits = {} }: Configuration,
  work: (run: Run) => Promise<Result>,
): Promise<Result> => {
  if (!cast || !(await runsInProcess(cast))) return work(run);
  const runModels = await openRunModels(run.project.store, run.id, limits, cast.protocol);
  try {
    return await work({ ...run, project: { ...run.project, runModels } });
  } finally {
    await runModels.close();
  }
};

const ended = async <Result>(run: Run, work: () => Promise<Result>): Promise<Result> => {
  try {
    const result = await work();
    await run.end('finished');
    return result;
  } catch (thrown) {
    const stopped = thrown instanceof JuxtaError && thrown.code === 'interrupted';
    await run.end(stopped ? 'stopped' : 'failed').catch(() => undefined);
    throw thrown;
  }
};
