/** The recordings of the reference systems that can be replayed, one line each; what replays them is loaded when it does. */
import { JuxtaError } from '../base/errors.ts';
import type { Conformance } from '../base/recordings.ts';

const suites: Readonly<Record<string, (file: string) => Promise<Conformance>>> = {
  josh: async file => (await import('./josh/conformance.ts')).replaySearches(file),
  toolwoz: async file => (await import('./toolwoz/conformance.ts')).replayCalls(file),
  'toolwoz-tasks': async file => (await import('./toolwoz/conformance.ts')).compareTasks(file),
  'toolwoz-runs': async file => (await import('./toolwoz/runs.ts')).replayRuns(file),
  'tau-retail': async file => (await import('./tau-bench/conformance.ts')).replayTau('retail', file),
  'tau-airline': async file => (await import('./tau-bench/conformance.ts')).replayTau('airline', file),
  'tau2-retail': async file => (await import('./tau-bench/tau2.ts')).replayTau2('retail', file),
};

export const suiteNames: readonly string[] = Object.keys(suites);

/**
 * Replays the records of a file and compares.
 * @throws JuxtaError `unknown-suite`; BadInputError naming the file and place of what is no record
 */
export const replaySuite = async (name: string, file: string): Promise<Conformance> => {
  const suite = suites[name];
  if (suite) return suite(file);
  throw new JuxtaError('unknown-suite', `there is no conformance suite ${JSON.stringify(name)}`, {
    hint: `choose one of: ${suiteNames.join(', ')}`,
  });
};
