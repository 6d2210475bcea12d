import type { Random } from '../../../base/random.ts';
import { titleCase } from '../agent/casing.ts';
import { SLOT_WORDS } from '../agent/phrases.ts';
import { isClosed } from './closed-words.ts';
import { CONSTRAINTS, JUST_ONE, WITH, WITHOUT } from './phrases.ts';

type Slots = Readonly<Record<string, string>>;

/** A user who is sloppy writes in lower case and without full stops. */
export type Manner = 'proper' | 'sloppy';

/** Words a message: one user's way of writing, with one message's draws. */
export interface Wording {
  /** A value as this user writes it: names, towns and cuisines with capitals. */
  spell(slot: string, value: string): string;
  /** One of the templates, its `{}` filled. */
  say(templates: readonly string[], value?: string): string;
  /** "in the north with parking and that is cheap". @param slots values as spelled */
  list(slots: Slots): string;
}

const PROPER = new Set(['name', 'food', 'departure', 'destination']);
/** Constraints that read as a journey: joined without "and". */
const JOURNEY = new Set(['departure', 'destination', 'leaveAt', 'arriveBy']);

export const wordingOf = (manner: Manner, draws: Random): Wording => {
  const say = (templates: readonly string[], value = ''): string => {
    const template = draws.pick(templates);
    return (manner === 'sloppy' ? template.toLowerCase() : template).replace('{}', () => value);
  };
  const phrase = (slot: string, value: string): string => {
    if (slot in WITH && (value === 'yes' || value === 'no'))
      return say((value === 'yes' ? WITH : WITHOUT)[slot]!);
    const templates = (value === '1' ? JUST_ONE[slot] : undefined) ?? CONSTRAINTS[slot];
    return say(templates ?? [`with ${SLOT_WORDS[slot] ?? slot} {}`], value);
  };
  return {
    say,
    spell: (slot, value) => {
      if (!PROPER.has(slot)) return value;
      // Without capitals, a name made of everyday words would be lost among them.
      const plain = manner === 'sloppy' && !value.toLowerCase().split(' ').some(isClosed);
      return plain ? value.toLowerCase() : titleCase(value);
    },
    list: slots => {
      const phrases = Object.entries(slots).map(([slot, value]) => phrase(slot, value));
      const linked =
        phrases.length > 1 && !Object.keys(slots).some(slot => JOURNEY.has(slot)) && draws.chance(0.4);
      return linked ? `${phrases.slice(0, -1).join(' ')} and ${phrases.at(-1)}` : phrases.join(' ');
    },
  };
};

/** Joins sentences to a message: full stops where they are missing, and none at a sloppy user's end. */
export const finish = (manner: Manner, sentences: readonly string[]): string => {
  const stopped = sentences
    .filter(sentence => sentence !== '')
    .map(sentence =>
      /[.?!,]$/.test(sentence) ? sentence : `${sentence}${/^can\b/i.test(sentence) ? '?' : '.'}`,
    )
    .join(' ');
  return manner === 'sloppy' ? stopped.replace(/[.?]$/, '') : stopped;
};
