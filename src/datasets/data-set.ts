import { join } from 'node:path';
import type { Found } from './layout.ts';

/** Where a file is, in a public repository at a pinned commit. */
export interface PublicPath {
  readonly repository: string;
  readonly commit: string;
  readonly path: string;
}

/** A public file that is kept as it is. */
export interface PublicFile extends PublicPath {
  /** Where it goes within the data set's folder. */
  readonly target: string;
  /** Git's id of the content, by which a download is checked; absent if it is not known. */
  readonly blob?: string;
  /** What there is not without this file, for one that may be missing. @example 'the split paper-train' */
  readonly onlyFor?: string;
}

/** A file made from public ones: JSON from Python, say. A local copy may have it ready, under its target's name. */
export interface ConvertedFile {
  readonly target: string;
  /** Git's id of what must come out. Its sources have no ids here: what matters of them is checked by this one. */
  readonly blob: string;
  readonly sources: readonly PublicPath[];
  /** @throws BadInputError that names the source and its line */
  readonly convert: (sources: readonly Found[]) => string;
}

/** A data set that is fetched, never shipped with Juxta. */
export interface DataSet {
  readonly name: string;
  /** Its folder under `.juxta/data`. */
  readonly folder: string;
  readonly licence: string;
  /** What its publishers call the release of the pinned commit, where others can be asked for by their tags. */
  readonly release?: string;
  readonly files: readonly PublicFile[];
  /** Files that a local copy may have in place of a public one (target → name); their content cannot be checked. */
  readonly inPlaceOf?: Readonly<Record<string, string>>;
  /** Other names under which local copies have the very content of a file (target → name). */
  readonly alsoNamed?: Readonly<Record<string, string>>;
  /** Files that are made from public ones. */
  readonly converted?: readonly ConvertedFile[];
}

/** Files of one repository and folder: target → blob id; the public name is the target's, below `folder`. */
export const filesAt = (
  repository: string,
  commit: string,
  folder: string,
  blobs: Readonly<Record<string, string>>,
  pathOf: (target: string) => string = target => target,
): readonly PublicFile[] =>
  Object.entries(blobs).map(([target, blob]) => ({
    repository,
    commit,
    path: `${folder}/${pathOf(target)}`,
    target,
    blob,
  }));

/** For the user: what a file that is missing was for. */
export const withoutFile = (from: string, { target, onlyFor }: PublicFile): string =>
  `${from} has no ${target}; without it there is no ${onlyFor?.replace(/^the /, '')}.`;

/** Where a data set is kept in a project, below its folder. */
export const folderOf = (dataSet: DataSet): string => join('.juxta', 'data', dataSet.folder);
