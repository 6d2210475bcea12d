import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { blobId } from './blob.ts';
import { download } from './download.ts';
import { type Found, openLayout } from './layout.ts';
import { type DataSet, dataSets, folderOf, type PublicFile } from './manifests.ts';

/** How far one file is; `total` is unknown if the server does not say. */
export interface PullProgress {
  readonly file: string;
  readonly bytes: number;
  readonly total: number | undefined;
}

export interface PullOptions {
  /** A URL that stands for the public host, a folder, or a zip; by default the public host itself. */
  readonly from?: string;
  /** The folder that receives the data set's files; by default its own in `.juxta/data`. */
  readonly to?: string;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

export interface PulledFile {
  /** Its path within the data set's folder. */
  readonly file: string;
  /** `present`: it was there already, and right. */
  readonly how: 'present' | 'downloaded' | 'copied';
  /** False if there is nothing to check it by. */
  readonly checked: boolean;
}

export interface PullResult {
  readonly folder: string;
  readonly licence: string;
  readonly files: readonly PulledFile[];
  /** What the user should know, in sentences. */
  readonly notes: readonly string[];
}

const PUBLIC_HOST = 'https://raw.githubusercontent.com';

/**
 * Fetches a data set: every file at a pinned commit, checked against git's id of its content before it gets its
 * name. Files that are there already stay; a broken download goes on where it stopped.
 *
 * @example
 * await pull('toolwoz', { onProgress: ({ file, bytes, total }) => show(`${file} ${bytes} of ${total ?? '?'}`) });
 * await pull('toolwoz', { from: 'MultiWOZ_2.1_val_test.zip' });
 * @throws JuxtaError `unknown-data-set`, `network`, `not-found`, `http`, `bad-download`, `cannot-write`
 * @throws BadInputError if `from` is no folder and no zip
 */
export const pull = async (name: string, options: PullOptions = {}): Promise<PullResult> =>
  pullDataSet(dataSetNamed(name), options);

const dataSetNamed = (name: string): DataSet => {
  const dataSet = dataSets.find(one => one.name === name);
  if (!dataSet) {
    throw new JuxtaError('unknown-data-set', `there is no data set named ${name}`, {
      hint: `There are ${dataSets.map(one => one.name).join(', ')}.`,
    });
  }
  return dataSet;
};

/** As `pull`, for any manifest. */
export const pullDataSet = async (dataSet: DataSet, options: PullOptions = {}): Promise<PullResult> => {
  const folder = options.to ?? folderOf(dataSet);
  const from = options.from ?? PUBLIC_HOST;
  const isUrl = /^https?:\/\//.test(from);
  const { files, notes } = isUrl
    ? await fromHost(dataSet, from, folder, options)
    : await fromCopy(dataSet, from, folder, options);
  return { folder, licence: dataSet.licence, files, notes: [...(dataSet.notes ?? []), ...notes] };
};

interface Pulled {
  readonly files: readonly PulledFile[];
  readonly notes: readonly string[];
}

const fromHost = async (
  dataSet: DataSet,
  host: string,
  folder: string,
  { onProgress, signal }: PullOptions,
): Promise<Pulled> => {
  const files: PulledFile[] = [];
  for (const file of dataSet.files) {
    const { repository, commit, path, target, blob } = file;
    if (await isPresent(folder, file)) {
      files.push({ file: target, how: 'present', checked: true });
      continue;
    }
    const url = [host.replace(/\/+$/, ''), repository, commit, path].join('/');
    const part = await partOf(folder, target);
    await download(url, part, (bytes, total) => onProgress?.({ file: target, bytes, total }), signal);
    await settle(part, join(folder, target), blob, url);
    files.push({ file: target, how: 'downloaded', checked: true });
  }
  const older = Object.values(dataSet.inPlaceOf ?? {}).filter(file => existsSync(join(folder, file)));
  const notes = older.map(
    file =>
      `${join(folder, file)} is from an earlier local copy and comes first; remove it to use the published one.`,
  );
  return { files, notes };
};

const fromCopy = async (
  dataSet: DataSet,
  from: string,
  folder: string,
  { onProgress, signal }: PullOptions,
): Promise<Pulled> => {
  const layout = openLayout(from);
  const files: PulledFile[] = [];
  const notes: string[] = [];
  const missing: string[] = [];
  const copy = async (found: Found, target: string, blob?: string): Promise<void> => {
    signal?.throwIfAborted();
    const part = await partOf(folder, target);
    const bytes = found.bytes();
    await writeFile(part, bytes, { flush: true });
    await settle(part, join(folder, target), blob, found.where);
    onProgress?.({ file: target, bytes: bytes.length, total: bytes.length });
    files.push({ file: target, how: 'copied', checked: blob !== undefined });
    if (!blob)
      notes.push(`${target} was taken as it is from ${found.where}: there is nothing to check it by.`);
  };
  for (const file of dataSet.files) {
    const { path, target, blob } = file;
    const found = layout.find(path, target, dataSet.alsoNamed?.[target] ?? target);
    const other = dataSet.inPlaceOf?.[target];
    const substitute = other === undefined ? undefined : layout.find(other);
    if (await isPresent(folder, file)) files.push({ file: target, how: 'present', checked: true });
    else if (found) await copy(found, target, blob);
    else if (other && substitute) await copy(substitute, other);
    else missing.push(target);
  }
  for (const target of dataSet.localOnly ?? []) {
    const found = layout.find(target);
    if (found) await copy(found, target);
  }
  if (missing.length > 0) {
    throw new JuxtaError('not-found', `${from} has no ${missing.join(', ')}`, {
      hint: 'Everything else was copied. Add what is missing, or fetch it without --from.',
    });
  }
  return { files, notes };
};

const isPresent = async (folder: string, { target, blob }: PublicFile): Promise<boolean> => {
  const path = join(folder, target);
  return existsSync(path) && (await blobId(path)) === blob;
};

/** Where a file's bytes go until they are complete and checked. */
const partOf = async (folder: string, target: string): Promise<string> => {
  const part = join(folder, `${target}.part`);
  try {
    await mkdir(dirname(part), { recursive: true });
  } catch (cause) {
    throw new JuxtaError('cannot-write', `${dirname(part)} cannot be made (${messageOf(cause)})`, { cause });
  }
  return part;
};

/** Gives complete bytes their name, if they are what was published. */
const settle = async (
  part: string,
  path: string,
  blob: string | undefined,
  source: string,
): Promise<void> => {
  const got = blob && (await blobId(part));
  if (got !== blob) {
    await rm(part);
    throw new JuxtaError(
      'bad-download',
      `${source} is not what was published: its blob id is ${got}, not ${blob}`,
      {
        hint: 'Nothing was kept of it. Fetch it again, or from elsewhere with --from.',
      },
    );
  }
  await rename(part, path);
};
