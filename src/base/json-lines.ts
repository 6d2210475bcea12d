import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { BadInputError, messageOf } from './errors.ts';
import { validated } from './zod-issue.ts';

/**
 * Reads JSON lines, gzipped if the name ends in `.gz`, one validated value per non-empty line.
 * @throws BadInputError naming the file, or the file, line and field that do not fit
 */
export async function* readJsonLines<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  for await (const { text, where } of placedLines(file)) yield parseAs(schema, text, where);
}

/**
 * The lines of a file that are not blank, each with its place, `file:number`.
 * @throws BadInputError if the file cannot be read whole, or has none
 */
export async function* placedLines(
  file: string,
): AsyncGenerator<{ readonly text: string; readonly where: string }> {
  let number = 0;
  let found = false;
  for await (const text of readLines(file)) {
    number++;
    if (text.trim() === '') continue;
    found = true;
    yield { text, where: `${file}:${number}` };
  }
  if (!found) throw new BadInputError(file, 'the file is empty');
}

/** Parses and validates JSON text. @throws BadInputError at `where` */
export const parseAs = <T>(schema: z.ZodType<T>, text: string, where: string): T => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(where, `not valid JSON (${(cause as Error).message})`, { cause });
  }
  return validated(schema, value, where);
};

/** The lines of a text file, gunzipped if its name ends in `.gz`. @throws BadInputError if it cannot be read whole */
export async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    const raw = createReadStream(file);
    // What goes wrong in either stream comes out of the last one, which is read below.
    const text = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw;
    text.setEncoding('utf8');
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield line;
    }
  } catch (cause) {
    throw new BadInputError(file, `cannot be read (${messageOf(cause)})`, { cause });
  }
  if (rest !== '') yield rest;
}
