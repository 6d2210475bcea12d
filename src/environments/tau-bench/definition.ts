import { z } from 'zod';
import { defineBuiltIn, type EnvironmentDefinition } from '../definition.ts';
import type { TauEnvironment } from './environment.ts';
import { type Division, withDivision } from './hashed-splits.ts';
import { openTau, type TauOptions } from './open.ts';
import { openTau2 } from './tau2/open.ts';

/** `react` is τ-bench's own, and the script speaks from the ground truth. */
const common = {
  licence: 'mit',
  options: z.strictObject({ data: z.string().optional() }),
  user: { withModel: 'llm', scripted: 'script' },
  scripts: ['ground-truth'],
  aliases: { agents: { react: 'act-thoughts' }, users: { script: 'tau-script' } },
  replyTokens: 1024,
} as const;

const divided = (
  name: string,
  open: (options: TauOptions) => Promise<TauEnvironment>,
  division: Division,
  [train, gate, test]: readonly [string, string, string],
): EnvironmentDefinition =>
  defineBuiltIn({
    ...common,
    name,
    purposes: { train, gate, test },
    open: async ({ data }) => withDivision(await open(data === undefined ? {} : { data }), division),
  });

export const tauRetail = defineBuiltIn({
  ...common,
  name: 'tau-retail',
  purposes: { train: 'train', gate: 'dev', test: 'test' },
  open: async ({ data }) => openTau('retail', data === undefined ? {} : { data }),
});

/** Published with test tasks alone. */
export const tauAirline = divided(
  'tau-airline',
  options => openTau('airline', options),
  { of: 'test', tenths: { 'test-train': 5, 'test-gate': 2, 'test-test': 3 } },
  ['test-train', 'test-gate', 'test-test'],
);

const ofTrain = { of: 'train', tenths: { 'train-train': 8, 'train-gate': 2 } };

export const tau2Retail = divided('tau2-retail', options => openTau2('retail', options), ofTrain, [
  'train-train',
  'train-gate',
  'test',
]);

export const tau2Airline = divided('tau2-airline', options => openTau2('airline', options), ofTrain, [
  'train-train',
  'train-gate',
  'test',
]);
