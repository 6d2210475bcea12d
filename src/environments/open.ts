import type { Environment } from './environment.ts';
import { definitionOf, optionsFor } from './registry.ts';
import type { EnvironmentSpec } from './spec.ts';

export type { EnvironmentSpec } from './spec.ts';

/**
 * Their data are large, so each is opened once, from one place, per process; two who ask at once wait for the same one.
 */
const opened = new Map<string, Promise<Environment>>();

/** @throws JuxtaError `unknown-environment`, `bad-environment-option`, `bad-module`, or whatever is wrong with its data */
export const openEnvironment = (spec: EnvironmentSpec): Promise<Environment> => {
  const key = JSON.stringify([spec, process.cwd(), process.env.JUXTA_SHARED]);
  const known = opened.get(key);
  if (known) return known;
  const opening = open(spec);
  opened.set(key, opening);
  // What was wrong may be mended by the next time.
  opening.catch(() => opened.delete(key));
  return opening;
};

const open = async (spec: EnvironmentSpec): Promise<Environment> => {
  const definition = await definitionOf(spec);
  return definition.open(optionsFor(definition, spec));
};

/** Frees what the environments of this process hold, as far as they can. Who asks for one afterwards gets a new one. */
export const closeEnvironments = async (): Promise<void> => {
  const all = [...opened.values()];
  opened.clear();
  await Promise.allSettled(all.map(async opening => (await opening).dispose?.()));
};
