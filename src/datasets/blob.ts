import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Git's id of a text. */
export const blobIdOf = (text: string): string => {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
};

/** Git's id of a file's content: the SHA-1 of `blob <length>\0` and the bytes. */
export const blobId = async (path: string): Promise<string> => {
  const { size } = await stat(path);
  const digest = createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) digest.update(chunk as Uint8Array);
  return digest.digest('hex');
};
