/** Copies a project from one store to another: runs with all that belongs to them, models, files, and shared answers. */
import { JuxtaError } from '../base/errors.ts';
import type { RunRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { type Project, runFolder } from './project/project.ts';
import { fetchFiles, keepFiles } from './project/shared-files.ts';

export interface Copied {
  readonly runs: number;
  readonly trees: number;
  readonly evaluations: number;
  readonly answers: number;
}

/** Examples written together. */
const AT_ONCE = 200;

/**
 * Both name the same folder: that is where a store without files of its own has them. What the other store has already stays as it is there, so a copy that was cut short is done again.
 * @param onRun called with the id of each run before it is copied
 * @throws JuxtaError `run-locked` if somebody writes one of the runs, `run-exists` if the other store has another run of
 *   that name; whatever is wrong with the stores
 */
export const copyProject = async (
  from: Project,
  to: Project,
  onRun: (id: string) => void = () => undefined,
): Promise<Copied> => {
  const runs = await from.store.runs();
  for (const run of runs) await requireCopyable(run, from.store, to.store);
  const copied = { runs: 0, trees: 0, evaluations: 0, answers: 0 };
  for (const run of runs) {
    onRun(run.id);
    const lock = await to.store.lockRun(run.id);
    try {
      await copyRun(run, from, to, copied);
      copied.runs++;
    } finally {
      await lock.release();
    }
  }
  for await (const { key, value } of from.store.allCached())
    if ((await to.store.cached(key)) === undefined) {
      await to.store.saveCached(key, value);
      copied.answers++;
    }
  return copied;
};

const requireCopyable = async (run: RunRow, from: Store, to: Store): Promise<void> => {
  if (await from.isLocked(run.id))
    throw new JuxtaError('run-locked', `run ${run.id} is being written`, {
      hint: 'wait for it or stop it, then copy',
    });
  const there = await to.run(run.id);
  if (there && there.started !== run.started)
    throw new JuxtaError('run-exists', `${to.where} has another run ${run.id}, begun ${there.started}`, {
      hint: 'copy into a new project: another folder, or --to-project NAME',
    });
};

const copyRun = async (
  run: RunRow,
  from: Project,
  to: Project,
  copied: { trees: number; evaluations: number; answers: number },
): Promise<void> => {
  const [source, target] = [from.store, to.store];
  const { id } = run;
  const within = { run: id };
  await target.saveRun(run);
  for (const stage of await source.stages(id)) await target.saveStage(stage);
  const spending = await source.spending(id);
  if (spending) await target.saveSpending(spending);
  await target.saveEvents(await source.events(id));
  for await (const tree of source.trees(within))
    if (await target.saveTree(tree, await source.nodes(tree))) copied.trees++;
  for await (const evaluation of source.evaluations(within))
    if (await target.saveEvaluation(evaluation)) copied.evaluations++;
  for await (const examples of inGroups(source.examples(within))) await target.saveExamples(examples);
  for await (const completion of source.completions(id)) {
    await target.saveCompletion(completion);
    copied.answers++;
  }
  for (const model of await source.models(id)) await target.saveModel(model);
  await copyFiles(id, from, to);
};

/** A run's files lie in a folder, or in a store that machines share. */
const copyFiles = async (run: string, from: Project, to: Project): Promise<void> => {
  const folder = runFolder(to, run);
  if (from.store.files) await fetchFiles(from.store.files, run, folder);
  if (to.store.files) await keepFiles(to.store.files, run, folder);
};

async function* inGroups<T>(rows: AsyncIterable<T>): AsyncGenerator<readonly T[], void> {
  let group: T[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
