import type { Random } from '../../base/random.ts';
import { type Split, wordsOf } from './words.ts';

const KINDS: Readonly<Record<string, readonly string[]>> = {
  hotel: ['house', 'hotel', 'lodge', 'inn', 'guest house', 'bed and breakfast'],
  restaurant: ['restaurant', 'kitchen', 'bar', 'house', 'garden', 'bistro', 'cafe', 'tandoori'],
  attraction: ['college', 'museum', 'gallery', 'park', 'theatre', 'church', 'hall', 'gardens'],
};
const LINKS = ['upon', 'from', 'by', 'in', 'and', 'of', 'at'];

/** Draws names for one town. Every name holds at least one word of the split, and none is drawn twice. */
export interface Namer {
  /** A place to visit, 1 to 6 words, all lower-case: `the telmere house`, `mill upon mill`. */
  place(domain: string): string;
  /** A town, 1 to 3 words. */
  station(): string;
  /** A cuisine, 1 or 2 words. */
  food(): string;
  street(): string;
  word(): string;
}

export const namer = (split: Split, draws: Random): Namer => {
  const words = wordsOf(split);
  const word = () => draws.pick(words);
  const used = new Set<string>();
  const unused = (make: () => string): string => {
    for (;;) {
      const name = make();
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  };
  const place = (domain: string): string => {
    const kind = () => draws.pick(KINDS[domain]!);
    const first = word();
    const link = draws.pick(LINKS);
    const shape = draws.next();
    if (shape < 0.12) return first;
    if (shape < 0.36) return `${first} ${kind()}`;
    if (shape < 0.48) return `${first} ${word()}`;
    if (shape < 0.62) return `the ${first} ${kind()}`;
    if (shape < 0.72) return `${first} ${word()} ${kind()}`;
    if (shape < 0.8) return `${first} ${link} ${first}`;
    if (shape < 0.86) return `${first} and ${word()} ${kind()}`;
    if (shape < 0.91) return `${kind()} of the ${first} ${word()}`;
    if (shape < 0.95) return `the ${first} ${word()} ${kind()}`;
    if (shape < 0.98) return `${first} ${link} the ${word()} ${kind()}`;
    return `${kind()} at ${first} ${link} ${first}`;
  };
  const station = (): string => {
    const first = word();
    const shape = draws.next();
    if (shape < 0.5) return first;
    if (shape < 0.8) return `${first} ${word()}`;
    return `${first} ${draws.pick(['new street', 'liverpool street', 'on sea', 'upon water', `${word()} cross`])}`;
  };
  const food = (): string => {
    const nationality = `${word()}${draws.pick(['ish', 'ian', 'ese'])}`;
    return draws.chance(0.18) ? `${draws.pick(['modern', 'north', 'old'])} ${nationality}` : nationality;
  };
  return {
    place: domain => unused(() => place(domain)),
    station: () => unused(station),
    food: () => unused(food),
    street: () => `${word()} ${draws.pick(['road', 'street', 'lane'])}`,
    word,
  };
};
