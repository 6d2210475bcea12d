import { JuxtaError } from '../base/errors.ts';
import type { Environment } from './environment.ts';
import { openHamlet } from './hamlet/hamlet.ts';
import { openTau } from './tau-bench/open.ts';
import { openTau2 } from './tau-bench/tau2/open.ts';
import { openToolwoz } from './toolwoz/environment.ts';

/** An environment as plain data: its name and options, to be stored with a run or sent to a worker thread. */
export interface EnvironmentSpec {
  readonly name: string;
  /** ToolWOZ, τ-bench: a zip or folder to be used in place of what was pulled. */
  readonly data?: string;
  readonly rules?: 'reference' | 'corrected';
  /** Hamlet: another seed is another world. */
  readonly seed?: number;
  readonly level?: 1 | 2 | 3;
  readonly leftOut?: string;
}

const openers: Readonly<Record<string, (spec: EnvironmentSpec) => Promise<Environment>>> = {
  hamlet: async spec => openHamlet(spec) as Environment,
  toolwoz: async spec => (await openToolwoz(spec)) as Environment,
  'tau-retail': async spec => (await openTau('retail', spec)) as Environment,
  'tau-airline': async spec => (await openTau('airline', spec)) as Environment,
  'tau2-retail': async spec => (await openTau2('retail', spec)) as Environment,
  'tau2-airline': async spec => (await openTau2('airline', spec)) as Environment,
};

export const environmentNames = Object.keys(openers);

/** Under what licence an environment's tasks and databases may be used, as hubs write it; what Juxta makes is as Juxta. */
export const licenceOf = (name: string): string => (name === 'hamlet' ? 'apache-2.0' : 'mit');

/** Environments are immutable and their data large, so each is opened once, from one place, per process. */
const opened = new Map<string, Environment>();

/** @throws JuxtaError `unknown-environment`, or whatever is wrong with its data */
export const openEnvironment = async (spec: EnvironmentSpec): Promise<Environment> => {
  if (!Object.hasOwn(openers, spec.name))
    throw new JuxtaError(
      'unknown-environment',
      `there is no environment called ${JSON.stringify(spec.name)}`,
      {
        hint: `choose one of: ${environmentNames.join(', ')}`,
      },
    );
  const key = JSON.stringify([spec, process.cwd(), process.env.JUXTA_SHARED]);
  const environment = opened.get(key) ?? (await openers[spec.name]!(spec));
  opened.set(key, environment);
  return environment;
};
