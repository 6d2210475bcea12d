/**
 * What tasks of a difficulty level ask for. Level 2, the default, has the proportions of ToolWOZ's validation goals:
 * how many domains and which together, how often a name is all that is given, how often a first choice fails.
 */
import type { Domain } from './town.ts';

export type Level = 1 | 2 | 3;

export interface Profile {
  /** Sets of domains with their weights. */
  readonly domains: readonly (readonly [weight: number, ...domains: Domain[]])[];
  /** Share of topics that are about a place known by name. */
  readonly byName: number;
  /** Share of topics that the user wants to book. */
  readonly books: number;
  /** Share of topics (but trains) in which the user asks for something else first. */
  readonly firstChoice: number;
  /** Share of hotel and restaurant bookings first tried for another stay or time. */
  readonly firstBooking: number;
  /** Most constraints in a search by features. */
  readonly mostConstraints: number;
}

const one: Profile['domains'] = [
  [11, 'attraction'],
  [56, 'hotel'],
  [50, 'restaurant'],
  [30, 'train'],
];
const two: Profile['domains'] = [
  [55, 'attraction', 'hotel'],
  [78, 'attraction', 'restaurant'],
  [148, 'attraction', 'train'],
  [59, 'hotel', 'restaurant'],
  [149, 'hotel', 'train'],
  [157, 'restaurant', 'train'],
];
const three: Profile['domains'] = [
  [200, 'attraction', 'hotel', 'train'],
  [200, 'hotel', 'restaurant', 'train'],
  [200, 'attraction', 'restaurant', 'train'],
  [200, 'attraction', 'hotel', 'restaurant'],
];

export const PROFILES: Readonly<Record<Level, Profile>> = {
  1: { domains: one, byName: 0.2, books: 0.6, firstChoice: 0, firstBooking: 0, mostConstraints: 3 },
  2: {
    domains: [...one, ...two],
    byName: 0.25,
    books: 0.6,
    firstChoice: 0.33,
    firstBooking: 0.18,
    mostConstraints: 4,
  },
  3: {
    domains: [...two, ...three],
    byName: 0.15,
    books: 0.75,
    firstChoice: 0.4,
    firstBooking: 0.25,
    mostConstraints: 5,
  },
};
