import { z } from 'zod';
import { defineBuiltIn, type EnvironmentDefinition, pulledData } from '../definition.ts';
import { withDivision } from './hashed-splits.ts';
import type { TauDomainName, TauOptions } from './open.ts';

/** `react` is τ-bench's own, and the script speaks from the ground truth. */
const common = {
  licence: 'mit',
  user: { withModel: 'llm', scripted: 'script' },
  scripts: ['ground-truth'],
  aliases: { agents: { react: 'act-thoughts' }, users: { script: 'tau-script' } },
  replyTokens: 1024,
} as const;

/** The first version's options. */
const firstVersion = z.strictObject({
  data: pulledData,
  reward: z.literal(['all', 'outputs-first']).optional().meta({
    value: 'rule',
    description:
      'database and outputs, or, as in the JOSH repository, outputs alone where a task has some (default: all)',
  }),
});
/** Its customers hang up in one way only. */
const userStops = ['###STOP###'];

const given = ({ data, reward }: z.output<typeof firstVersion>): TauOptions => ({
  ...(data !== undefined && { data }),
  ...(reward && { rewardRule: reward }),
});

const openFirst = async (domain: TauDomainName, options: z.output<typeof firstVersion>) => {
  const { openTau } = await import('./open.ts');
  return openTau(domain, given(options));
};

export const tauRetail = defineBuiltIn({
  ...common,
  name: 'tau-retail',
  options: firstVersion,
  userStops,
  purposes: { train: 'train', gate: 'dev', test: 'test' },
  open: options => openFirst('retail', options),
});

/** Published with test tasks alone. */
export const tauAirline = defineBuiltIn({
  ...common,
  name: 'tau-airline',
  options: firstVersion,
  userStops,
  purposes: { train: 'test-train', gate: 'test-gate', test: 'test-test' },
  open: async options =>
    withDivision(await openFirst('airline', options), {
      of: 'test',
      tenths: { 'test-train': 5, 'test-gate': 2, 'test-test': 3 },
    }),
});

const second = (name: TauDomainName): EnvironmentDefinition =>
  defineBuiltIn({
    ...common,
    name: `tau2-${name}`,
    options: z.strictObject({ data: pulledData }),
    purposes: { train: 'train-train', gate: 'train-gate', test: 'test' },
    open: async ({ data }) => {
      const { openTau2 } = await import('./tau2/open.ts');
      return withDivision(await openTau2(name, data === undefined ? {} : { data }), {
        of: 'train',
        tenths: { 'train-train': 8, 'train-gate': 2 },
      });
    },
  });

export const tau2Retail = second('retail');
export const tau2Airline = second('airline');
