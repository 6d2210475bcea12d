/** The order in which Python shuffles: published results name their tasks by it. */

const N = 624;
const M = 397;

/** The Mersenne Twister (MT19937) as Python seeds it. @returns draws of 32 bits */
const twister = (seed: number): (() => number) => {
  const state = new Uint32Array(N);
  state[0] = 19650218;
  for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, mixed(state[i - 1]!)) + i;
  // Python seeds by the seed's digits to the base 2^32, its least one first.
  const key = seed < 2 ** 32 ? [seed] : [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
  let i = 1;
  let j = 0;
  const carry = (): void => {
    i++;
    if (i < N) return;
    state[0] = state[N - 1]!;
    i = 1;
  };
  for (let k = Math.max(N, key.length); k > 0; k--) {
    state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1664525)) + key[j]! + j;
    carry();
    j = (j + 1) % key.length;
  }
  for (let k = N - 1; k > 0; k--) {
    state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1566083941)) - i;
    carry();
  }
  state[0] = 0x80000000;

  let at = N;
  const twist = (): void => {
    for (let k = 0; k < N; k++) {
      const y = (state[k]! & 0x80000000) | (state[(k + 1) % N]! & 0x7fffffff);
      state[k] = state[(k + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  return () => {
    if (at >= N) twist();
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
};

const mixed = (word: number): number => word ^ (word >>> 30);

/**
 * A copy in the order of `random.seed(seed); random.shuffle(items)`.
 * @param seed a whole number of at least 0
 * @example pythonShuffled([0, 1, 2], 10)
 */
export const pythonShuffled = <T>(items: readonly T[], seed: number): readonly T[] => {
  const draw = twister(seed);
  const below = (limit: number): number => {
    const shift = Math.clz32(limit);
    for (;;) {
      const drawn = draw() >>> shift;
      if (drawn < limit) return drawn;
    }
  };
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
};
