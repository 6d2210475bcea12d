import type { JsonObject } from '../../dialogue/json.ts';
import type { Example, Kind } from '../examples.ts';
import type { Named } from '../named.ts';
import type { ChatTemplate } from './chat-template.ts';

/** A file that a trainer wants beside the data, for example one that registers it. */
export interface Companion {
  readonly file: string;
  readonly text: string;
}

/** What any format is made with. */
export interface FormatSettings {
  /** The model's own chat template, if its folder was named. */
  readonly template?: ChatTemplate;
}

/** A format by its name, and how it is made: some write through a chat template. */
export interface FormatDefinition<Argument = unknown> extends Named<Argument> {
  /** @throws JuxtaError `tokenizer-needed` */
  make(settings: FormatSettings, argument: Argument): FormatWriter;
}

/** A format without its name. */
export type FormatWriter = Omit<Format, 'name'>;

/**
 * An export format, built in or of one's own; it has to pass `formatConformance`.
 * @example
 * export default defineFormat({
 *   name: 'texts',
 *   make: () => ({
 *     description: 'what the agent said, a line each',
 *     kinds: ['sft'],
 *     rows: ({ kind, ...example }) => kind === 'sft' ? [{ text: example.messages.at(-1).content }] : [],
 *   }),
 * });
 */
export const defineFormat = <Argument = undefined>(
  definition: FormatDefinition<Argument>,
): FormatDefinition<Argument> => definition;

/** In a field of the message, `reasoning_content`; or as `<think>` at the head of its content. */
export type ReasoningPlace = 'field' | 'content';

/** How examples are written for one trainer: one file per kind, one JSON object per row. */
export interface Format {
  readonly name: string;
  /** What the files hold, in a sentence for the dataset card. */
  readonly description: string;
  /** The kinds that the trainer can take with their tool calls intact. */
  readonly kinds: readonly Kind[];
  /**
   * Where a model's reasoning can stand: in a field of messages, if the target's template reads it, or at the head of
   * their content. Absent: nowhere.
   */
  readonly reasoning?: ReasoningPlace;
  /**
   * An example's rows, most often one; none if the trainer cannot take this example whole (the export counts these).
   * All rows of a kind have the same fields with the same types.
   * @throws BadInputError if a call's arguments are not a JSON object
   */
  rows(example: Example): readonly JsonObject[];
  /** Written beside the files of the given kinds. */
  companions?(files: ReadonlyMap<Kind, string>): readonly Companion[];
}
