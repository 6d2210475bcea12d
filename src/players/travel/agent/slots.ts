import type { ScriptErrors } from './errors.ts';

type Slots = Readonly<Record<string, string>>;

/** Search parameters in the order in which the script gives them. */
const SEARCH: Readonly<Record<string, readonly string[]>> = {
  hotel: ['name', 'type', 'area', 'pricerange', 'stars', 'internet', 'parking'],
  attraction: ['name', 'type', 'area'],
  train: ['departure', 'destination', 'day', 'leaveAt', 'arriveBy'],
  restaurant: ['name', 'food', 'area', 'pricerange'],
};
export const searchableDomains: readonly string[] = Object.keys(SEARCH);

/** What the script may ask for before it searches. */
export const PREFERENCES: Readonly<Record<string, readonly string[]>> = {
  hotel: ['area', 'pricerange', 'stars', 'parking', 'internet', 'type'],
  attraction: ['type', 'area'],
  train: ['departure', 'destination', 'day', 'leaveAt', 'arriveBy'],
  restaurant: ['food', 'area', 'pricerange'],
};

/** What a booking needs beside the item, in the order in which the script gives it. */
export const DETAILS: Readonly<Record<string, readonly string[]>> = {
  hotel: ['people', 'day', 'stay'],
  train: ['people'],
  restaurant: ['people', 'day', 'time'],
};

const DROPS: Readonly<Record<string, keyof ScriptErrors>> = {
  parking: 'dropParking',
  internet: 'dropInternet',
  arriveBy: 'dropArriveBy',
  leaveAt: 'dropLeaveAt',
  stars: 'dropStars',
};

/** A search's arguments: what is wanted, less what the script forgets, but never nothing. */
export const argumentsFor = (
  domain: string,
  wanted: Slots,
  forgets: (situation: keyof ScriptErrors) => boolean,
): Slots => {
  const given = (SEARCH[domain] ?? []).filter(slot => slot in wanted);
  const kept = given.filter(slot => !forgets(DROPS[slot] ?? 'dropOther'));
  return Object.fromEntries((kept.length > 0 ? kept : given.slice(0, 1)).map(slot => [slot, wanted[slot]!]));
};
