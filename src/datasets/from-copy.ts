import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import { type DataSet, withoutFile } from './data-set.ts';
import { type Found, openLayout } from './layout.ts';
import { isPresent, partOf, settle, settleConverted } from './place.ts';
import type { Pulled, PulledFile, PullOptions } from './pulled.ts';

/** Takes what is not there yet from a local folder or zip. Throws as `pull` does, `not-found` after all else is done. */
export const fromCopy = async (
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
    if (await isPresent(folder, file))
      files.push({ file: target, how: 'present', checked: blob !== undefined });
    else if (found) await copy(found, target, blob);
    else if (other && substitute) await copy(substitute, other);
    else if (file.onlyFor) notes.push(withoutFile(from, file));
    else missing.push(target);
  }
  for (const file of dataSet.converted ?? []) {
    const { target, blob } = file;
    const ready = layout.find(target);
    const sources = file.sources.map(({ path }) => layout.find(path));
    if (await isPresent(folder, file)) files.push({ file: target, how: 'present', checked: true });
    else if (ready) await copy(ready, target, blob);
    else if (sources.every(source => source !== undefined)) {
      signal?.throwIfAborted();
      await settleConverted(folder, file, sources);
      files.push({ file: target, how: 'converted', checked: true });
    } else if (sources.some(source => source !== undefined)) {
      missing.push(...file.sources.map(({ path }) => path).filter((_, i) => sources[i] === undefined));
    } else missing.push(target);
  }
  if (missing.length > 0) {
    throw new JuxtaError('not-found', `${from} has no ${missing.join(', ')}`, {
      hint:
        files.length === 0
          ? 'Nothing was copied. Name the folder or zip that holds these files, or fetch them without --from.'
          : 'Everything else is in its place. Add what is missing, or fetch it without --from.',
    });
  }
  return { files, notes };
};
