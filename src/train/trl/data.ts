/** The data that TRL is given: files in the format of the method. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { BadInputError } from '../../base/errors.ts';
import { readLines } from '../../base/json-lines.ts';
import type { Example } from '../../harvest/examples.ts';
import { formatNamed } from '../../harvest/formats/formats.ts';
import { readExamples } from '../../harvest/read.ts';
import { jsonlSink, shuffledSink } from '../../harvest/sink.ts';
import { factsOf, formatFor, type Method } from '../methods.ts';
import type { Dataset } from '../trainer.ts';

/** Writes the method's part of a dataset; labelled examples shuffled, for TRL reads them in the file's order. */
export const writeData = async (
  dataset: Dataset,
  method: Method,
  file: string,
  seed: number,
): Promise<void> => {
  const format = await formatNamed(formatFor(method));
  const plain = await jsonlSink(file);
  const sink = factsOf(method).labelled ? shuffledSink(plain, seed) : plain;
  try {
    for (const example of dataset[method])
      for (const row of format.rows({ kind: method, ...example } as Example))
        await sink.add(JSON.stringify(row));
    await sink.finish();
    await sink.commit();
  } finally {
    await sink.discard();
  }
};

/** What a file holds. */
export interface DataFacts {
  readonly file: string;
  readonly examples: number;
  /** Of labelled data. */
  readonly desirable: number;
  readonly undesirable: number;
  /** Hexadecimal SHA-256 of its lines. */
  readonly digest: string;
}

/**
 * Looks through a file, or the method's file in a folder, for what would make TRL stop or learn something else.
 * @throws BadInputError naming file, line and field
 */
export const checkData = async (path: string, method: Method): Promise<DataFacts> => {
  const file = await fileOf(path, method);
  const digest = createHash('sha256');
  let line = 0;
  for await (const text of readLines(file)) {
    digest.update(text).update('\n');
    line++;
    if (text.trim() !== '') refuseUnlearnable(text, `${file}:${line}`);
  }
  let examples = 0;
  let desirable = 0;
  for await (const example of readExamples(file)) {
    examples++;
    if (example.kind !== factsOf(method).examples)
      throw new BadInputError(file, `holds ${example.kind} examples, but the method is ${method}`, {
        hint: `Write the data with: juxta export --format ${formatFor(method)} --out FOLDER.`,
      });
    if ('label' in example && example.label) desirable++;
  }
  if (examples === 0) throw new BadInputError(file, 'holds no example');
  if (factsOf(method).labelled && (desirable === 0 || desirable === examples))
    throw new BadInputError(file, `holds ${desirable === 0 ? 'bad' : 'good'} examples alone`, {
      hint: `${method} learns from the difference: export good and bad ones, or train by another method.`,
      permanent: true,
    });
  return {
    file,
    examples,
    desirable,
    undesirable: factsOf(method).labelled ? examples - desirable : 0,
    digest: digest.digest('hex'),
  };
};

const fileOf = async (path: string, method: Method): Promise<string> => {
  const isFolder = (place: string): Promise<boolean | undefined> =>
    stat(place).then(
      found => found.isDirectory(),
      () => undefined,
    );
  const file = (await isFolder(path)) ? join(path, `${method}.jsonl`) : path;
  if ((await isFolder(file)) === false) return file;
  throw new BadInputError(file, 'there is no such file', {
    hint: `Write the data with: juxta export --format ${formatFor(method)} --out FOLDER.`,
  });
};

const refuseUnlearnable = (text: string, where: string): void => {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return; // `readExamples` reports it
  }
  refuseEqualPair((row ?? {}) as PairRow, where);
  refuseTextArguments((row ?? {}) as object, where);
};

interface PairRow {
  readonly chosen?: unknown;
  readonly rejected?: unknown;
}

const refuseEqualPair = ({ chosen, rejected }: PairRow, where: string): void => {
  if (chosen === undefined || !isDeepStrictEqual(chosen, rejected)) return;
  throw new BadInputError(
    `${where}, field rejected`,
    'is the same as chosen: nothing can be learnt from it',
    {
      hint: 'Take the row out.',
      permanent: true,
    },
  );
};

/** Chat templates print arguments as JSON: those that are text already come out escaped, and are learnt so. */
const refuseTextArguments = (row: object, where: string): void => {
  for (const [field, messages] of Object.entries(row)) {
    if (field === 'tools' || !Array.isArray(messages)) continue;
    for (const [i, message] of messages.entries())
      for (const [j, call] of (message?.tool_calls ?? []).entries())
        if (typeof call?.function?.arguments === 'string')
          throw new BadInputError(
            `${where}, field ${field}[${i}].tool_calls[${j}].function.arguments`,
            'is text, but chat templates need an object',
            { hint: 'Write the data in a trl format, not in one for a hosted service.' },
          );
  }
};
