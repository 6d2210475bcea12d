import { JuxtaError } from '../../base/errors.ts';
import { copyProject } from '../../runs/copy.ts';
import { storeAt } from '../../runs/project/place.ts';
import { type Project, projectFolder } from '../../runs/project/project.ts';
import { isPostgres } from '../../store/postgres/address.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/copy.ts';
import { say } from '../terminal/terminal.ts';

export const action: Action<Options> = async ({ from, to, fromProject, toProject }) => {
  const folder = [from, to].find(place => !isPostgres(place));
  if (folder === undefined || (folder === from && !isPostgres(to)))
    throw new JuxtaError('bad-option', 'one of --from and --to must be a folder, and the other a server', {
      hint: 'copy from a folder to a server as postgres://user@host/database, or back',
    });
  // A server's paths are those of the folder beside it.
  const open = async (place: string, project: string | undefined, mustExist: boolean): Promise<Project> => {
    const files = projectFolder(folder);
    return { folder: files, store: await storeAt(place, project, files, mustExist) };
  };
  const source = await open(from, fromProject, true);
  try {
    const target = await open(to, toProject, false);
    try {
      const copied = await copyProject(source, target, run => say(`copying ${run}`));
      const { runs, trees, evaluations, answers } = copied;
      say(`${runs} runs: ${trees} trees, ${evaluations} evaluations and ${answers} answers are new there`);
      return copied;
    } finally {
      await target.store.close();
    }
  } finally {
    await source.store.close();
  }
};
