/**
 * Invented words, partitioned: every word that can be spelled belongs to exactly one split, so that nothing an
 * agent saw while training has the name of anything it is tested on.
 */
import { hash, random } from '../../base/random.ts';

/** The splits of Hamlet, each with its own words. */
export const SPLITS = ['pretrain', 'train', 'gate', 'test', 'left-out'] as const;
export type Split = (typeof SPLITS)[number];

const split = (text: string): readonly string[] => text.split(' ');
const ONSETS = split('b br c ch cl d dr f fl g gr h k l m n p pr qu r s sh sk st t th tr v w wh y z');
const VOWELS = split('a e i o u ai ea oa ou y');
const CODAS = split('b ck d ff l lt m n nd ng nt p r rd rk rl rn s sk st t x zz');
const ENDINGS = split(
  'bourne by combe cott dale den esk fold gard holt ick ley lin mere more ney ock rick stow thorpe wen worth',
);
const WORDS_PER_SPLIT = 2500;

/** The split to which a word belongs. */
export const splitOfWord = (word: string): Split => SPLITS[hash('hamlet', word) % SPLITS.length]!;

const pools = new Map<Split, readonly string[]>();

/** The words of a split in a fixed order, all lower-case letters. Made once per process. */
export const wordsOf = (name: Split): readonly string[] => {
  const known = pools.get(name);
  if (known) return known;
  const draws = random('hamlet', 'words', name);
  const words = new Set<string>();
  while (words.size < WORDS_PER_SPLIT) {
    const word = draws.pick(ONSETS) + draws.pick(VOWELS) + draws.pick(CODAS) + draws.pick(ENDINGS);
    if (splitOfWord(word) === name) words.add(word);
  }
  const pool = [...words];
  pools.set(name, pool);
  return pool;
};
