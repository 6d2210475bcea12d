import { isJsonObject, type Json, type JsonObject } from '../../../dialogue/json.ts';

type Slots = Readonly<Record<string, string>>;

/**
 * What a user meant by a message: a dialogue act, as data. Values are spelled as in the text. A rule-based user
 * attaches it to its reply; only the scripted agent reads it, models read the text.
 */
export interface Meaning {
  /** The topic spoken of: `hotel`, `restaurant`, `attraction` or `train`; absent in a farewell. */
  readonly domain?: string;
  /** Constraints on what is looked for. */
  readonly inform?: Slots;
  /** Constraints given before that no longer hold. */
  readonly dropped?: readonly string[];
  /**
   * Why constraints are given: to `open` a topic, to `answer` a question, to `add` to what was said before an
   * offer, to `change` to another choice, or to `repeat` what the agent did not get.
   */
  readonly why?: 'open' | 'answer' | 'add' | 'change' | 'repeat';
  /** Booking details. */
  readonly book?: Slots;
  /** The user wants what was offered (or, in a change, what will be) booked. */
  readonly wantsBooking?: boolean;
  /** The user does not care about these slots. */
  readonly noPreference?: readonly string[];
  /** What the user would like to know of what was offered. */
  readonly requests?: readonly string[];
  readonly bye?: boolean;
}

/** Reads a meaning off a user's reply; undefined if there is none. Entries of another type are ignored. */
export const readMeaning = (json: Json | undefined): Meaning | undefined => {
  if (!isJsonObject(json)) return undefined;
  const reasons = ['open', 'answer', 'add', 'change', 'repeat'] as const;
  const why = reasons.find(reason => reason === json.why);
  return {
    ...(typeof json.domain === 'string' && { domain: json.domain }),
    ...(isJsonObject(json.inform) && { inform: texts(json.inform) }),
    ...(Array.isArray(json.dropped) && { dropped: words(json.dropped) }),
    ...(why && { why }),
    ...(isJsonObject(json.book) && { book: texts(json.book) }),
    ...(json.wantsBooking === true && { wantsBooking: true }),
    ...(Array.isArray(json.noPreference) && { noPreference: words(json.noPreference) }),
    ...(Array.isArray(json.requests) && { requests: words(json.requests) }),
    ...(json.bye === true && { bye: true }),
  };
};

const texts = (json: JsonObject): Slots =>
  Object.fromEntries(
    Object.entries(json).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const words = (json: readonly Json[]): readonly string[] =>
  json.filter((word): word is string => typeof word === 'string');
