/** What the replays of recordings have in common: each line of a file is a record that goes as it was recorded, or not. */
import { BadInputError, messageOf } from './errors.ts';
import { placedLines } from './json-lines.ts';

export interface Conformance {
  /** Records that went just as they were recorded. */
  readonly matched: number;
  /** One text per difference: where, what was expected, what came. */
  readonly mismatches: readonly string[];
}

/** @returns what differed, one text each, none if nothing did; what it throws counts as a difference, too */
export type Replay = (line: string, where: string) => Promise<readonly string[]> | readonly string[];

/**
 * Replays a file, line by line. A record that cannot be replayed as it stands is a mismatch like any other, reported with its
 * place.
 * @param options.every takes the first record and then each so-many-th
 * @throws BadInputError if the file cannot be read whole
 */
export const replayLines = async (
  file: string,
  replay: Replay,
  { every = 1 }: { readonly every?: number } = {},
): Promise<Conformance> => {
  let lines = 0;
  let matched = 0;
  const mismatches: string[] = [];
  for await (const { text, where } of placedLines(file)) {
    if (lines++ % every !== 0) continue;
    const found = await differences(text, where, replay);
    if (found.length === 0) matched++;
    mismatches.push(...found);
  }
  return { matched, mismatches };
};

const differences = async (text: string, where: string, replay: Replay): Promise<readonly string[]> => {
  try {
    return await replay(text, where);
  } catch (thrown) {
    if (thrown instanceof BadInputError && thrown.where.startsWith(where)) return [thrown.message];
    return [`${where}: cannot be replayed (${messageOf(thrown)})`];
  }
};
