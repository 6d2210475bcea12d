import { agentTexts } from '../agent/phrases.ts';
import { userTexts } from './phrases.ts';

const VALUES =
  'monday tuesday wednesday thursday friday saturday sunday north south east west centre cheap moderate expensive ' +
  'hotel guesthouse yes no 0 1 2 3 4 5 6 7 8 9 . , ? !';

let words: readonly string[] | undefined;

/**
 * Every word that the agenda user's and the scripted agent's sentences are made of, punctuation included, in lower
 * case and alphabetical order; and the values that everyone shares (days, areas, prices, digits). All other words
 * that they say belong to open values: names, cuisines, kinds of attraction, times, numbers of trains.
 */
export const closedWords = (): readonly string[] => {
  words ??= [
    ...new Set(
      [VALUES, ...userTexts(), ...agentTexts()]
        .join(' ')
        .replaceAll('{}', ' ')
        .toLowerCase()
        .match(/[a-z]+|\d|[.,?!]/g) ?? [],
    ),
  ].sort();
  return words;
};

/** Whether a word is closed. */
export const isClosed = (word: string): boolean => closedSet().has(word);

let set: ReadonlySet<string> | undefined;
const closedSet = (): ReadonlySet<string> => {
  set ??= new Set(closedWords());
  return set;
};
