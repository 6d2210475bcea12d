/** A data set's folder: a file gets its name there when it is complete, and is what was published. */
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JuxtaError, messageOf } from '../base/errors.ts';
import { makePath } from '../base/folders.ts';
import { blobId } from './blob.ts';
import type { ConvertedFile } from './data-set.ts';
import type { Found } from './layout.ts';

/** Whether a file is there, and right as far as that is known. */
export const isPresent = async (
  folder: string,
  { target, blob }: { readonly target: string; readonly blob?: string },
): Promise<boolean> => {
  const path = join(folder, target);
  return existsSync(path) && (blob === undefined || (await blobId(path)) === blob);
};

/** Where a file's bytes go until they are complete and checked. @throws JuxtaError `cannot-write` */
export const partOf = async (folder: string, target: string): Promise<string> => {
  const part = join(folder, `${target}.part`);
  try {
    makePath(dirname(part));
  } catch (cause) {
    throw new JuxtaError('cannot-write', `${dirname(part)} cannot be made (${messageOf(cause)})`, { cause });
  }
  return part;
};

/** Gives complete bytes their name, if they are what was published. @throws JuxtaError `bad-download` */
export const settle = async (
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

/** Makes a file from its sources, and checks what comes out. @throws JuxtaError `bad-download`, BadInputError */
export const settleConverted = async (
  folder: string,
  { target, blob, convert }: ConvertedFile,
  sources: readonly Found[],
): Promise<void> => {
  const text = convert(sources);
  const part = await partOf(folder, target);
  await writeFile(part, text, { flush: true });
  const others = sources.length > 1 ? ` and ${sources.length - 1} more` : '';
  await settle(part, join(folder, target), blob, `${target}, made from ${sources[0]?.where}${others},`);
};
