import type { Meaning } from './meaning.ts';

type Slots = Readonly<Record<string, string>>;

/** What the scripted agent knows of one domain. */
export interface Belief {
  readonly inform: Slots;
  readonly book: Slots;
  /** Name (train: trainID) of what was offered last, as the search returned it; null if nothing was found. */
  readonly offered: string | null;
  /** Constraints were given since the last search. */
  readonly stale: boolean;
  /** The values that the user's last change replaced. */
  readonly replaced: Slots;
}

/** What the scripted agent remembers. Plain data, never changed. */
export interface Beliefs {
  readonly domain: string | null;
  readonly byDomain: Readonly<Record<string, Belief>>;
}

export const noBeliefs: Beliefs = { domain: null, byDomain: {} };
export const noBelief: Belief = {
  inform: {},
  book: {},
  offered: null,
  stale: true,
  replaced: {},
};

/** The belief about the domain that a user's message is about, after that message. */
export const heed = (belief: Belief, meaning: Meaning): Belief => {
  const told = meaning.inform ?? {};
  const kept = Object.entries(belief.inform).filter(([slot]) => !meaning.dropped?.includes(slot));
  const changed = Object.keys(told).filter(
    slot => belief.inform[slot] !== undefined && belief.inform[slot] !== told[slot],
  );
  return {
    ...belief,
    inform: { ...Object.fromEntries(kept), ...told },
    book: { ...belief.book, ...meaning.book },
    stale: belief.stale || Object.keys(told).length > 0 || (meaning.dropped?.length ?? 0) > 0,
    replaced: Object.fromEntries(changed.map(slot => [slot, belief.inform[slot]!])),
  };
};
