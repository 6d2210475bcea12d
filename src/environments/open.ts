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

/** Those that are open, for their costs. */
const live = new Set<Environment>();

const open = async (spec: EnvironmentSpec): Promise<Environment> => {
  const definition = await definitionOf(spec);
  const environment = await definition.open(optionsFor(definition, spec));
  live.add(environment);
  return environment;
};

/** Of environments that were closed, and of those in threads. */
const before = new Map<string, number>();

/** Adds what an environment cost that is no longer open, or was open elsewhere. */
export const addEnvironmentCosts = (counts: Readonly<Record<string, number>>): void => {
  for (const [name, count] of Object.entries(counts)) before.set(name, (before.get(name) ?? 0) + count);
};

/** What it cost this process and its threads to play in environments (`Environment.counts`), all together. */
export const environmentCosts = (): Readonly<Record<string, number>> => {
  const sum = new Map(before);
  for (const environment of live)
    for (const [name, count] of Object.entries(environment.counts?.() ?? {}))
      sum.set(name, (sum.get(name) ?? 0) + count);
  return Object.fromEntries(sum);
};

/** Frees what the environments of this process hold, as far as they can. Who asks for one afterwards gets a new one. */
export const closeEnvironments = async (): Promise<void> => {
  await Promise.allSettled(opened.values());
  const all = [...live];
  opened.clear();
  live.clear();
  for (const environment of all) addEnvironmentCosts(environment.counts?.() ?? {});
  await Promise.allSettled(all.map(environment => environment.dispose?.()));
};
