import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { BadInputError, messageOf } from '../base/errors.ts';

/** A file of a data set: where it was found (for messages), and its bytes, read when asked for. */
export interface Found {
  readonly where: string;
  bytes(): Uint8Array;
}

/**
 * Data sets come as a folder, a zip, or a folder with zips in it, and what their inner folders are called varies.
 * So one asks a layout for files by their names, or by the end of their paths.
 */
export interface Layout {
  readonly path: string;
  /** The first of these names that is there (`hotel_db.json`, `retail/users.json`), as it is or gzipped (`.gz`). */
  find(...names: readonly string[]): Found | undefined;
}

/** How many folders deep to look: `folder/repository/data/domain/file` is four. */
const MAX_DEPTH = 8;

/**
 * Opens a zip or a folder. Files in the folder come before those in its zips, shallow ones before deep ones.
 * @throws BadInputError if it is neither, or if a zip cannot be read
 */
export const openLayout = (path: string): Layout => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new BadInputError(path, 'there is no such file or folder');
  const itself: Entry = [basename(path), { where: path, bytes: () => readFileSync(path) }];
  const entries = stats.isDirectory() ? entriesOfFolder(path) : [itself, ...entriesOfZip(path)];
  const named = (name: string): Found | undefined =>
    entries.find(([at]) => at === name || at.endsWith(`/${name}`))?.[1];
  return {
    path,
    find: (...names) => {
      for (const name of names) {
        const plain = named(name);
        if (plain) return plain;
        const packed = named(`${name}.gz`);
        if (packed) return gunzipped(packed);
      }
      return undefined;
    },
  };
};

/** A path within a layout, with `/`, and the file there. */
type Entry = readonly [path: string, file: Found];

const entriesOfFolder = (folder: string): readonly Entry[] => {
  const files = shallowFirst(pathsIn(folder)).map((path): Entry => {
    const where = join(folder, path);
    return [path, { where, bytes: () => readFileSync(where) }];
  });
  const zips = files.filter(([path]) => path.endsWith('.zip'));
  return [...files, ...zips.flatMap(([, { where }]) => entriesOfZip(where))];
};

const pathsIn = (folder: string, depth = 1): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(child => {
    if (!child.isDirectory()) return [child.name];
    if (depth === MAX_DEPTH || child.name.startsWith('.')) return [];
    return pathsIn(join(folder, child.name), depth + 1).map(path => `${child.name}/${path}`);
  });

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
    // What macOS adds to zips has the names of the files it describes.
    if (!name.endsWith('/') && !name.startsWith('__MACOSX/')) names.push(name);
    return false;
  });
  return shallowFirst(names).map((name): Entry => {
    const bytes = (): Uint8Array => extract(one => one === name)[name]!;
    return [name, { where: `${path}:${name}`, bytes }];
  });
};

const shallowFirst = (paths: readonly string[]): readonly string[] => {
  const depth = (path: string): number => path.split('/').length;
  return paths.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
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
    const bytes = packed.bytes();
    try {
      return gunzipSync(bytes);
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
  const bytes = file.bytes();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BadInputError(file.where, `not text in UTF-8 (${messageOf(cause)})`, { cause });
  }
};
