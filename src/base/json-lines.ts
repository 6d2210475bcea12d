import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { BadInputError } from './errors.ts';

/**
 * Reads JSON lines, gzipped if the name ends in `.gz`, one validated value per non-empty line.
 * @throws BadInputError naming the file, or the file, line and field that do not fit
 */
export async function* readJsonLines<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  let number = 0;
  for await (const text of readLines(file)) {
    number++;
    if (text.trim() === '') continue;
    yield parseAs(schema, text, `${file}:${number}`);
  }
  if (number === 0) throw new BadInputError(file, 'the file is empty');
}

/** Parses and validates JSON text. @throws BadInputError at `where` */
export const parseAs = <T>(schema: z.ZodType<T>, text: string, where: string): T => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(where, `not valid JSON (${(cause as Error).message})`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new BadInputError(`${where}${path.length > 0 ? `, field ${path.join('.')}` : ''}`, message);
};

async function* readLines(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const stream = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  // readline does not pass on its input's errors, and `pipe` does not pass them downstream.
  let failure: unknown;
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  for (const part of [raw, stream])
    part.on('error', (error: Error) => {
      failure ??= error;
      lines.close();
    });
  for await (const line of lines) {
    if (failure) break;
    yield line;
  }
  if (failure)
    throw new BadInputError(file, `cannot be read (${(failure as Error).message})`, { cause: failure });
}
