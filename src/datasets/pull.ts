import { type DataSet, folderOf } from './data-set.ts';
import { fromCopy } from './from-copy.ts';
import { fromHost } from './from-host.ts';
import type { Pulled, PullOptions } from './pulled.ts';

export interface PullResult extends Pulled {
  readonly folder: string;
  readonly licence: string;
}

const PUBLIC_HOST = 'https://raw.githubusercontent.com';

/**
 * Fetches a data set: every file at a pinned commit, checked against git's id of its content before it gets its
 * name. Files that are there already stay; a broken download goes on where it stopped.
 *
 * @example
 * await pullDataSet(toolwozData, { onProgress: ({ file, bytes, total }) => show(`${file} ${bytes} of ${total ?? '?'}`) });
 * await pullDataSet(toolwozData, { from: 'MultiWOZ_2.1_val_test.zip' });
 * @throws JuxtaError `network`, `not-found`, `http`, `bad-download`, `cannot-write`
 * @throws BadInputError if `from` is no folder and no zip, or a file cannot be converted
 */
export const pullDataSet = async (dataSet: DataSet, options: PullOptions = {}): Promise<PullResult> => {
  const folder = options.to ?? folderOf(dataSet);
  const from = options.from ?? PUBLIC_HOST;
  const isPinned = dataSet.files.every(file => file.blob !== undefined);
  const isUrl = /^https?:\/\//.test(from);
  const pulled = isUrl
    ? await fromHost(dataSet, from, folder, options)
    : await fromCopy(dataSet, from, folder, options);
  const notes = [
    ...pulled.notes,
    ...(isPinned
      ? []
      : [`what release ${dataSet.release} must be is not known here: its files were not checked`]),
  ];
  return { folder, licence: dataSet.licence, ...pulled, notes };
};
