/**
 * All randomness of Juxta: one seed, split into named streams, so that no draw depends on the order in which
 * other tasks, nodes or workers ran.
 */

/** 32-bit hash of a list of names and numbers (FNV-1a over their text, finished with murmur3's mixer). */
export const hash = (...names: readonly (string | number)[]): number => {
  let h = 0x811c9dc5;
  for (const name of names) {
    const text = String(name);
    for (let i = 0; i < text.length; i++) {
      h = Math.imul(h ^ (text.charCodeAt(i) & 0xff), 0x01000193);
      h = Math.imul(h ^ (text.charCodeAt(i) >>> 8), 0x01000193);
    }
    h = Math.imul(h ^ 0x1f, 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** A stream of pseudo-random draws (sfc32). Not shared: whoever needs one makes it from a seed and names. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One element of a non-empty list. */
  pick<T>(from: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(list: readonly T[]): T[];
}

/** The stream named by a seed and any further names: `random(seed, 'task', task.id)`. */
export const random = (...names: readonly (string | number)[]): Random => {
  let a = hash('a', ...names);
  let b = hash('b', ...names);
  let c = hash('c', ...names);
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    chance: probability => next() < probability,
    pick: from => from[below(from.length)]!,
    shuffle: list => {
      const copy = [...list];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const held = copy[i]!;
        copy[i] = copy[j]!;
        copy[j] = held;
      }
      return copy;
    },
  };
};
