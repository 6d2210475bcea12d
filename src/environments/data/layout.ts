import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { BadInputError, messageOf } from '../../base/errors.ts';

/** A file of a data set: where it was found (for messages), and its bytes, read when asked for. */
export interface Found {
  readonly where: string;
  bytes(): Uint8Array;
}

/**
 * Data sets come as a folder, a zip, or a folder with zips in it, and what their inner folders are called varies.
 * Of a layout one asks for files by their bare names.
 */
export interface Layout {
  readonly path: string;
  readonly names: readonly string[];
  /** The first of these names that is there; a name stands for its gzipped form (`.gz`) too. */
  find(...names: readonly string[]): Found | undefined;
}

/** How many folders deep to look: `folder/inner/db/file`. */
const MAX_DEPTH = 3;

/**
 * Opens a zip or a folder. Files in the folder come before those in its zips, shallow ones before deep ones.
 * @throws BadInputError if it is neither, or if a zip cannot be read
 */
export const openLayout = (path: string): Layout => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new BadInputError(path, 'there is no such file or folder');
  const found = new Map<string, Found>();
  const add = ([name, file]: Entry) => found.has(name) || found.set(name, file);
  if (stats.isDirectory()) {
    const entries = entriesOfFolder(path);
    for (const entry of entries) add(entry);
    for (const [name] of entries) {
      if (name.endsWith('.zip')) for (const entry of entriesOfZip(found.get(name)!.where)) add(entry);
    }
  } else {
    for (const entry of entriesOfZip(path)) add(entry);
  }
  return {
    path,
    names: [...found.keys()],
    find: (...names) => {
      for (const name of names) {
        const plain = found.get(name);
        if (plain) return plain;
        const packed = found.get(`${name}.gz`);
        if (packed) return gunzipped(packed);
      }
      return undefined;
    },
  };
};

type Entry = readonly [name: string, file: Found];

const entriesOfFolder = (folder: string, depth = 0): readonly Entry[] => {
  const children = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = children
    .filter(child => !child.isDirectory())
    .map((child): Entry => {
      const where = join(folder, child.name);
      return [child.name, { where, bytes: () => readFileSync(where) }];
    });
  if (depth === MAX_DEPTH) return files;
  const folders = children.filter(child => child.isDirectory());
  return [...files, ...folders.flatMap(child => entriesOfFolder(join(folder, child.name), depth + 1))];
};

const entriesOfZip = (path: string): readonly Entry[] => {
  const zip = readFileSync(path);
  const extract = (wanted: (name: string) => boolean): Record<string, Uint8Array> => {
    try {
      return unzipSync(zip, { filter: file => wanted(file.name) });
    } catch (cause) {
      throw new BadInputError(path, `not a zip that can be read (${messageOf(cause)})`, {
        cause,
        hint: 'It may have been cut off; fetch it again.',
      });
    }
  };
  const names: string[] = [];
  extract(name => {
    if (!name.endsWith('/') && !name.startsWith('__MACOSX/')) names.push(name);
    return false;
  });
  const depth = (name: string): number => name.split('/').length;
  return names
    .sort((a, b) => depth(a) - depth(b))
    .map((name): Entry => {
      const bytes = (): Uint8Array => extract(one => one === name)[name]!;
      return [basename(name), { where: `${path}:${name}`, bytes }];
    });
};

/** A single file, unpacked if its name ends in `.gz`. @throws BadInputError if there is none */
export const singleFile = (path: string): Found => {
  if (!existsSync(path)) throw new BadInputError(path, 'there is no such file');
  const file: Found = { where: path, bytes: () => readFileSync(path) };
  return path.endsWith('.gz') ? gunzipped(file) : file;
};

const gunzipped = (packed: Found): Found => ({
  where: packed.where,
  bytes: () => {
    try {
      return gunzipSync(packed.bytes());
    } catch (cause) {
      throw new BadInputError(packed.where, `not gzip (${messageOf(cause)})`, { cause });
    }
  },
});

/** The JSON of a file. @throws BadInputError if it is empty or not JSON in UTF-8 */
export const readJson = (file: Found): unknown => {
  const text = readText(file);
  if (text.trim() === '') throw new BadInputError(file.where, 'the file is empty');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(file.where, `not JSON (${messageOf(cause)})`, { cause });
  }
};

/** The text of a file. @throws BadInputError if it is not UTF-8 */
export const readText = (file: Found): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file.bytes());
  } catch (cause) {
    if (cause instanceof BadInputError) throw cause;
    throw new BadInputError(file.where, `not text in UTF-8 (${messageOf(cause)})`, { cause });
  }
};
