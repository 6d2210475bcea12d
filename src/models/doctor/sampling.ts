/** What one may ask of its samples: several at once, the same again, how likely they were, piece by piece. */
import { randomInt } from 'node:crypto';
import { type Finding, finding } from './finding.ts';
import type { Patient } from './patient.ts';

const RANDOM = { messages: [{ role: 'user', content: 'Write ten random words.' }], maxTokens: 48 } as const;

export const sampling = async (patient: Patient): Promise<readonly Finding[]> => [
  await several(patient),
  ...(await repeatable(patient)),
  await streaming(patient),
];

const several = async (patient: Patient): Promise<Finding> => {
  const before = patient.warnings().length;
  const completions = await patient.ask({ ...RANDOM, n: 2 });
  const refused = patient
    .warnings()
    .slice(before)
    .some(text => /\bn\b/.test(text));
  return completions.length === 2 && !refused
    ? finding('n', 'yes', 'siblings are sampled with one request')
    : finding('n', 'no', 'each sample is a request of its own');
};

/** Two requests with one seed, and one with another. */
const repeatable = async (patient: Patient): Promise<readonly Finding[]> => {
  const seed = randomInt(1, 2 ** 31 - 1);
  const texts: (string | null)[] = [];
  let logProbability: number | undefined;
  for (const each of [seed, seed, seed ^ 1]) {
    const [completion] = await patient.ask({ ...RANDOM, seed: each });
    texts.push(completion?.text ?? null);
    logProbability = completion?.logProbability ?? logProbability;
  }
  const logprobs =
    logProbability === undefined
      ? finding('logprobs', 'no', 'log-probabilities of samples are unknown')
      : finding('logprobs', 'yes', 'it tells how likely its samples were');
  return [seedFinding(texts, patient.warnings()), logprobs];
};

const seedFinding = (texts: readonly (string | null)[], warnings: readonly string[]): Finding => {
  const [first, again, other] = texts;
  if (warnings.some(text => /\bseed\b/.test(text)))
    return finding('seed', 'no', 'it takes none: runs are not repeatable');
  if (first !== again)
    return finding('seed', 'no', 'the same seed gave another text: runs are not repeatable');
  return first === other
    ? finding('seed', 'unknown', 'it says the same whatever the seed')
    : finding('seed', 'yes', 'the same seed gives the same text');
};

/** Juxta asks for whole answers; a person may want to know. */
const streaming = async (patient: Patient): Promise<Finding> => {
  if (!patient.raw) return finding('streaming', 'unknown', 'it is asked through its provider’s client');
  const { model } = patient;
  const { messages } = RANDOM;
  const { status, contentType, text } = await patient.raw('POST', '/chat/completions', {
    model,
    messages,
    stream: true,
  });
  const streams = /event-stream/.test(contentType) || /^\s*(:|data:)/.test(text);
  return streams && status === 200
    ? finding('streaming', 'yes', 'it streams (Juxta asks for whole answers)')
    : finding('streaming', 'no', `asked to stream it gave ${contentType || 'nothing'} with status ${status}`);
};
