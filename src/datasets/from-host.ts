import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import { type DataSet, type PublicPath, withoutFile } from './data-set.ts';
import { download } from './download.ts';
import type { Found } from './layout.ts';
import { isPresent, partOf, settle, settleConverted } from './place.ts';
import type { Pulled, PulledFile, PullOptions } from './pulled.ts';

/** Fetches what is not there yet from the public host, or from a URL that stands for it. Throws as `pull` does. */
export const fromHost = async (
  dataSet: DataSet,
  host: string,
  folder: string,
  { onProgress, signal }: PullOptions,
): Promise<Pulled> => {
  const files: PulledFile[] = [];
  const notes: string[] = [];
  /** Downloads one file to where it waits for its check. */
  const fetchPart = async (from: PublicPath, target: string): Promise<{ url: string; part: string }> => {
    const url = [host.replace(/\/+$/, ''), from.repository, from.commit, from.path].join('/');
    const part = await partOf(folder, target);
    await download(url, part, (bytes, total) => onProgress?.({ file: target, bytes, total }), signal);
    return { url, part };
  };
  for (const file of dataSet.files) {
    const { target, blob } = file;
    const checked = blob !== undefined;
    if (await isPresent(folder, file)) {
      files.push({ file: target, how: 'present', checked });
      continue;
    }
    try {
      const { url, part } = await fetchPart(file, target);
      await settle(part, join(folder, target), blob, url);
      files.push({ file: target, how: 'downloaded', checked });
    } catch (thrown) {
      if (!file.onlyFor || !isNotFound(thrown)) throw thrown;
      notes.push(withoutFile(host, file));
    }
  }
  for (const file of dataSet.converted ?? []) {
    const { target } = file;
    if (await isPresent(folder, file)) {
      files.push({ file: target, how: 'present', checked: true });
      continue;
    }
    const sources: Found[] = [];
    for (const source of file.sources) {
      const { url, part } = await fetchPart(source, `${target}.sources/${basename(source.path)}`);
      sources.push({ where: url, bytes: () => readFileSync(part) });
    }
    try {
      await settleConverted(folder, file, sources);
    } finally {
      await rm(join(folder, `${target}.sources`), { recursive: true });
    }
    files.push({ file: target, how: 'converted', checked: true });
  }
  const older = Object.values(dataSet.inPlaceOf ?? {}).filter(file => existsSync(join(folder, file)));
  notes.push(
    ...older.map(
      file =>
        `${join(folder, file)} is from an earlier local copy and comes first; remove it to use the published one.`,
    ),
  );
  return { files, notes };
};

const isNotFound = (thrown: unknown): boolean => thrown instanceof JuxtaError && thrown.code === 'not-found';
