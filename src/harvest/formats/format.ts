import type { JsonObject } from '../../dialogue/json.ts';
import type { Example, Kind } from '../examples.ts';

/** A file that a trainer wants beside the data, for example one that registers it. */
export interface Companion {
  readonly file: string;
  readonly text: string;
}

/**
 * How examples are written for one trainer: one row per example, one file per kind. Every format passes
 * `conformance.test.ts`; to add one, write a file beside this one and list it in `formats.ts`.
 *
 * @example
 * harvestTree(tree, tools).map(trlSft.row).filter(row => row !== undefined);
 */
export interface Format {
  readonly name: string;
  /** What the files hold, in a sentence for the dataset card. */
  readonly says: string;
  readonly extension: 'jsonl';
  /** The kinds that the trainer can take with their tool calls intact. */
  readonly kinds: readonly Kind[];
  /**
   * An example's row; undefined if the trainer cannot take this example whole (the export counts these).
   * @throws BadInputError if a call's arguments are not a JSON object
   */
  row(example: Example): JsonObject | undefined;
  /** Written beside the files of the given kinds. */
  companions?(files: ReadonlyMap<Kind, string>): readonly Companion[];
}
