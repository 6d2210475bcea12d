import { setImmediate } from 'node:timers/promises';
import { type Decoder, MAX_ROWS, type Row } from './decoder.ts';
import { createSequenceCache } from './sequence-cache.ts';

/** A sequence to be gone on with, token by token. */
export interface Continuation {
  readonly prompt: Int32Array;
  /** Most tokens to add, at least 1; prompt and these must fit the context. */
  readonly limit: number;
  /** The next token. `probabilities` must not be kept. */
  choose(probabilities: Float32Array, index: number): number;
  /** Whether this token is the last. */
  ends(token: number): boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Continued {
  readonly tokens: readonly number[];
  /** Natural logarithm of each token's probability at temperature 1, over the whole vocabulary. */
  readonly logProbabilities: readonly number[];
}

/** What an engine has done since it was made. Depends on how requests met, so it is no part of any result. */
export interface EngineStatistics {
  /** Cached sequences. */
  readonly sequences: number;
  /** Memory for weights, caches and scratch. */
  readonly bytes: number;
  readonly promptTokens: number;
  /** Prompt tokens that a cached sequence saved. */
  readonly cachedTokens: number;
  readonly addedTokens: number;
}

/** Continues sequences, all that are asked for at the same time in one batch. */
export interface Engine {
  continue(work: Continuation): Promise<Continued>;
  statistics(): EngineStatistics;
}

interface Live {
  readonly work: Continuation;
  readonly sequence: number;
  readonly tokens: number[];
  readonly logProbabilities: number[];
  readonly settle: Waiting;
}
interface Waiting {
  readonly work: Continuation;
  resolve(done: Continued): void;
  reject(why: unknown): void;
}

/** After this time other work of the thread gets a turn, in milliseconds. */
const TURN = 10;

export const createEngine = (decoder: Decoder): Engine => {
  const cache = createSequenceCache(decoder);
  const waiting: Waiting[] = [];
  let live: Live[] = [];
  let running = false;
  let [promptTokens, cachedTokens, addedTokens] = [0, 0, 0];

  const read = (rows: readonly Row[]): readonly (Float32Array | undefined)[] => {
    const read = decoder.read(rows);
    for (const { sequence, token } of rows) cache.append(sequence, token);
    return read;
  };
  /** Adds the chosen token. @returns whether there is more to come */
  const add = (
    { work, tokens, logProbabilities, sequence, settle }: Live,
    probabilities: Float32Array,
  ): boolean => {
    const token = work.choose(probabilities, tokens.length);
    tokens.push(token);
    logProbabilities.push(Math.log(probabilities[token]!));
    addedTokens++;
    if (!work.ends(token) && tokens.length < work.limit) return true;
    cache.release(sequence);
    settle.resolve({ tokens, logProbabilities });
    return false;
  };
  /** Starts what waits, as far as there are free sequences: reads its prompt and adds a first token. */
  const admit = (): void => {
    while (waiting.length > 0) {
      const { prompt } = waiting[0]!.work;
      const claim = cache.claim(prompt);
      if (!claim) return;
      const settle = waiting.shift()!;
      const { sequence, cached } = claim;
      promptTokens += prompt.length;
      cachedTokens += cached;
      let last: Float32Array | undefined;
      for (let start = cached; start < prompt.length; start += MAX_ROWS) {
        const chunk = prompt.subarray(start, start + MAX_ROWS);
        const rows = Array.from(chunk, (token, i): Row => {
          const position = start + i;
          return { sequence, position, token, wanted: position === prompt.length - 1 };
        });
        last = read(rows).at(-1);
      }
      const started: Live = { work: settle.work, sequence, tokens: [], logProbabilities: [], settle };
      if (add(started, last!)) live.push(started);
    }
  };
  const step = (): void => {
    admit();
    const going: Live[] = [];
    for (let start = 0; start < live.length; start += MAX_ROWS) {
      const batch = live.slice(start, start + MAX_ROWS);
      const rows = batch.map(({ work, sequence, tokens }): Row => {
        const position = work.prompt.length + tokens.length - 1;
        return { sequence, position, token: tokens.at(-1)!, wanted: true };
      });
      const distributions = read(rows);
      going.push(...batch.filter((each, i) => add(each, distributions[i]!)));
    }
    live = going;
  };
  const dropAborted = (): void => {
    for (const { work, settle, sequence } of live.filter(each => each.work.signal?.aborted)) {
      cache.release(sequence);
      settle.reject(work.signal!.reason);
    }
    live = live.filter(each => !each.work.signal?.aborted);
    for (const { work, reject } of waiting) if (work.signal?.aborted) reject(work.signal.reason);
    waiting.splice(0, waiting.length, ...waiting.filter(each => !each.work.signal?.aborted));
  };
  const run = async (): Promise<void> => {
    await setImmediate();
    let turn = performance.now();
    while (live.length + waiting.length > 0) {
      if (performance.now() - turn > TURN) {
        await setImmediate();
        turn = performance.now();
      }
      dropAborted();
      step();
    }
  };
  const start = (): void => {
    running = true;
    run()
      .catch((thrown: unknown) => {
        for (const { sequence } of live) cache.release(sequence);
        for (const { settle } of live.splice(0)) settle.reject(thrown);
        for (const { reject } of waiting.splice(0)) reject(thrown);
      })
      .finally(() => {
        running = false;
        if (waiting.length > 0) start();
      });
  };

  return {
    continue: work =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        if (!running) start();
      }),
    statistics: () => ({
      sequences: decoder.sequences,
      bytes: decoder.bytes,
      promptTokens,
      cachedTokens,
      addedTokens,
    }),
  };
};
