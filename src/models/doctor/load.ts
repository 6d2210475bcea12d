/** How fast it is, how many requests at once it bears, and whether it reads a prefix twice. */
import { randomUUID } from 'node:crypto';
import { messageOf } from '../../base/errors.ts';
import { RequestFault } from '../fault.ts';
import type { Completion } from '../model.ts';
import { type Finding, finding } from './finding.ts';
import type { Patient } from './patient.ts';

interface Level {
  readonly atOnce: number;
  /** Median, in ms. */
  readonly latency: number;
  readonly perSecond: number;
  readonly tokensPerSecond: number;
  readonly failed: number;
  /** What the server said of a request that failed. */
  readonly said?: string;
}

/** More at once must bring so much more per second, or it brings nothing. */
const GAIN = 1.15;
/** Below this, differences in time are the network's and this machine's. */
const NOTICED_MS = 500;
const SLOWER = 1.5;

/** @param most requests at once that are tried */
export const concurrency = async (
  patient: Patient,
  most: number,
  now: () => number,
): Promise<readonly Finding[]> => {
  const levels: Level[] = [];
  for (let atOnce = 1; atOnce <= most; atOnce *= 2) {
    const level = await tried(patient, atOnce, now);
    const best = Math.max(0, ...levels.map(({ perSecond }) => perSecond));
    levels.push(level);
    if (level.failed > 0 || (level.perSecond < GAIN * best && isSlower(level, levels[0]!))) break;
  }
  const [alone] = levels;
  const whole = levels.filter(({ failed }) => failed === 0);
  const last = levels.at(-1)!;
  // Each doubling is taken that brings more, or costs nobody any waiting.
  const best = whole.reduce(
    (a, b) => (b.perSecond > a.perSecond * GAIN || !isSlower(b, alone!) ? b : a),
    whole[0] ?? last,
  );
  const value = levels.map(level => ({ ...level }));
  const rates = levels.map(({ atOnce, perSecond }) => `${atOnce}: ${perSecond.toFixed(1)}/s`).join(', ');
  const latency = `${Math.round(alone!.latency)} ms alone`;
  if (last.failed === 0 && (best === last || !isSlower(last, alone!)))
    return [finding('concurrency', 'yes', `${latency}; at once ${rates}`, { value })];
  const why = last.failed > 0 ? `, then ${last.failed} of ${last.atOnce} failed: ${last.said}` : '';
  return [
    finding('concurrency', 'limited', `${latency}; at once ${rates}${why}`, {
      value,
      options: [`--in-flight ${best.atOnce}`],
    }),
  ];
};

const isSlower = (level: Level, alone: Level): boolean =>
  level.latency > Math.max(NOTICED_MS, SLOWER * alone.latency);

const tried = async (patient: Patient, atOnce: number, now: () => number): Promise<Level> => {
  const began = now();
  const ended = await Promise.all(
    Array.from({ length: atOnce }, async (_, i) => {
      const content = `Tell me something about the number ${1000 * atOnce + i}, in one sentence.`;
      try {
        const completions = await patient.ask({ messages: [{ role: 'user', content }], maxTokens: 32 });
        return { took: now() - began, tokens: tokensIn(completions) };
      } catch (thrown) {
        if (!(thrown instanceof RequestFault)) throw thrown;
        return { took: now() - began, said: messageOf(thrown.said) };
      }
    }),
  );
  const seconds = Math.max(0.001, (now() - began) / 1000);
  const answered = ended.filter(each => !('said' in each));
  const said = ended.find(each => 'said' in each)?.said;
  return {
    atOnce,
    latency: median(ended.map(({ took }) => took)),
    perSecond: answered.length / seconds,
    tokensPerSecond: answered.reduce((sum, { tokens = 0 }) => sum + tokens, 0) / seconds,
    failed: ended.length - answered.length,
    ...(said !== undefined && { said }),
  };
};

const tokensIn = (completions: readonly Completion[]): number =>
  completions.reduce((sum, { usage }) => sum + usage.outputTokens, 0);

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** A prompt read again in less than this share of the time was most likely not read again. */
const FASTER = 0.6;
const LINES = 120;

/** The same long beginning three times with other ends: the first is read, the others need not be. */
export const prefixCache = async (patient: Patient, now: () => number): Promise<readonly Finding[]> => {
  const nonce = randomUUID();
  const rules = Array.from({ length: LINES }, (_, i) => `Rule ${i} of ${nonce}: be kind to guest ${i * i}.`);
  const system = { role: 'system', content: rules.join('\n') } as const;
  const times: number[] = [];
  let cached = 0;
  let read = 0;
  for (const end of ['Hello.', 'Good day.', 'Good evening.']) {
    const began = now();
    const [completion] = await patient.ask({
      messages: [system, { role: 'user', content: end }],
      maxTokens: 8,
    });
    times.push(now() - began);
    cached = Math.max(cached, completion?.usage.cachedTokens ?? 0);
    read = Math.max(read, completion?.usage.inputTokens ?? 0);
  }
  if (cached > 0) {
    const share = read > 0 ? `, ${Math.round((100 * cached) / read)} % of a prompt` : '';
    return [finding('prefix caching', 'yes', `${cached} tokens were not read again${share}`)];
  }
  const [first = 0, ...again] = times;
  return median(again) < FASTER * first
    ? [finding('prefix caching', 'unknown', 'it counts no cached tokens, but answers sooner: most likely')]
    : [
        finding('prefix caching', 'no', 'it counts no cached tokens and answers no sooner', {
          ...(read > 0 && { value: { tokensRead: read } }),
        }),
      ];
};
