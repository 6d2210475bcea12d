import type { JsonObject } from '../../dialogue/json.ts';
import type { Example, Kind } from '../examples.ts';

/** A file that a trainer wants beside the data, for example one that registers it. */
export interface Companion {
  readonly file: string;
  readonly text: string;
}

/**
 * How examples are written for one trainer: one file per kind, one JSON object per row. Every format passes
 * `conformance.test.ts`; to add one, write a file beside this one and list it in `formats.ts`.
 *
 * @example
 * harvestTree(tree, tools).flatMap(trlSft.rows);
 */
export interface Format {
  readonly name: string;
  /** What the files hold, in a sentence for the dataset card. */
  readonly says: string;
  /** The kinds that the trainer can take with their tool calls intact. */
  readonly kinds: readonly Kind[];
  /**
   * An example's rows, most often one; none if the trainer cannot take this example whole (the export counts these).
   * All rows of a kind have the same fields with the same types.
   * @throws BadInputError if a call's arguments are not a JSON object
   */
  rows(example: Example): readonly JsonObject[];
  /** Written beside the files of the given kinds. */
  companions?(files: ReadonlyMap<Kind, string>): readonly Companion[];
}
