import { JuxtaError } from '../base/errors.ts';
import type { DataSet } from './data-set.ts';

/**
 * The same files of another release, in a folder of their own. What they must be is known of the pinned release alone.
 * @param release a tag or a commit
 * @throws JuxtaError `bad-option` if the data set comes in one release only, or the name cannot be a tag
 */
export const ofRelease = (dataSet: DataSet, release: string): DataSet => {
  if (release === dataSet.release) return dataSet;
  if (dataSet.release === undefined)
    throw new JuxtaError('bad-option', `${dataSet.name} comes in one release only`, {
      hint: 'leave --release out',
    });
  if (!/^[\w.+-]+$/.test(release) || release.startsWith('.'))
    throw new JuxtaError('bad-option', `${JSON.stringify(release)} is no name of a release`, {
      hint: `give a tag or a commit of the repository, or leave --release out for ${dataSet.release}`,
    });
  return {
    ...dataSet,
    folder: `${dataSet.folder}@${release}`,
    release,
    files: dataSet.files.map(({ blob: _, ...file }) => ({ ...file, commit: release })),
  };
};
