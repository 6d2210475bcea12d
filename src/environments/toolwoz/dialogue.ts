import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { validated } from '../../base/zod-issue.ts';
import { type Found, type Layout, readJson } from '../../datasets/layout.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';

/** What MultiWOZ says the user wants in one domain; parts that are missing are empty. */
export interface DomainWish {
  readonly info: JsonObject;
  readonly fail_info: JsonObject;
  readonly book: JsonObject;
  readonly fail_book: JsonObject;
  readonly reqt: readonly string[];
}

/** What the dialogue's system had noted of one domain at the end. */
export interface DomainState {
  readonly booked: readonly JsonObject[];
  readonly semi: JsonObject;
}

/** A dialogue of MultiWOZ, with what ToolWOZ reads of it. */
export interface Dialogue {
  readonly id: string;
  /** The user's instructions, with HTML spans. */
  readonly message: readonly string[];
  /** Domains that the goal uses. */
  readonly wishes: ReadonlyMap<string, DomainWish>;
  /** By domain, from the last turn that has a belief state. */
  readonly states: ReadonlyMap<string, DomainState>;
  /** What was said, user and system in turns. */
  readonly texts: readonly string[];
}

const DOMAINS = ['hotel', 'attraction', 'train', 'restaurant', 'taxi', 'police', 'hospital'];

const values = z.record(z.string(), z.custom<Json>());
const wish = z.object({
  info: values.default({}),
  fail_info: values.default({}),
  book: values.default({}),
  fail_book: values.default({}),
  reqt: z.array(z.string()).default([]),
});
const state = z.object({
  book: z.looseObject({ booked: z.array(values).default([]) }).default({ booked: [] }),
  semi: values.default({}),
});
const goal = z.looseObject({ message: z.union([z.array(z.string()), z.string()]).default([]) });
const dialogue = z.object({
  goal,
  log: z.array(
    z.object({ text: z.string().default(''), metadata: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/**
 * All dialogues of a layout's `data.json`, in the file's order.
 * @throws BadInputError naming the file, the dialogue and the field
 */
export const readDialogues = (layout: Layout): readonly Dialogue[] => {
  const file = layout.find('data.json');
  if (!file) throw new BadInputError(layout.path, 'no data.json in it', { hint: 'It holds the dialogues.' });
  const all = fieldOf(file, '', values, readJson(file));
  const dialogues = Object.entries(all).map(([id, value]) => readDialogue(file, id, value));
  if (dialogues.length === 0) throw new BadInputError(file.where, 'there are no dialogues in it');
  return dialogues;
};

const readDialogue = (file: Found, id: string, value: Json): Dialogue => {
  const { goal, log } = fieldOf(file, id, dialogue, value);
  const used = DOMAINS.filter(
    domain => Object.keys((goal[domain] as JsonObject | undefined) ?? {}).length > 0,
  );
  const noted = log.slice(-2).findLast(turn => Object.keys(turn.metadata).length > 0)?.metadata ?? {};
  return {
    id,
    message: typeof goal.message === 'string' ? [goal.message] : goal.message,
    wishes: new Map(used.map(domain => [domain, fieldOf(file, `${id}, goal.${domain}`, wish, goal[domain])])),
    states: new Map(
      used
        .filter(domain => noted[domain] !== undefined)
        .map(domain => {
          const { book, semi } = fieldOf(file, `${id}, metadata.${domain}`, state, noted[domain]);
          return [domain, { booked: book.booked, semi }];
        }),
    ),
    texts: log.map(turn => turn.text),
  };
};

const fieldOf = <T>(file: Found, at: string, schema: z.ZodType<T>, value: unknown): T =>
  validated(schema, value, at ? `${file.where}, ${at}` : file.where);
