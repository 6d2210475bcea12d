/** How far a run is: what its stages will hold when they are done, where its configuration tells. */
import { builtIn } from '../../environments/registry.ts';
import type { EnvironmentSpec } from '../../environments/spec.ts';
import { isRollOut, stageKeys } from '../../runs/stage-keys.ts';

/** What of all kinds of runs' configurations says how much is to be done. */
interface Amounts {
  readonly cast?: { readonly environment: EnvironmentSpec };
  readonly count?: number | null;
  readonly trials?: number;
  readonly tasks?: number | null;
  readonly testTasks?: number | null;
  readonly gateTasks?: number | null;
}

/** Trees or conversations that a stage will hold; null where that is not known without opening the environment. */
export const expectedIn = (kind: string, configuration: Amounts, key: string): number | null => {
  const { count = null, trials = 1, tasks = null, testTasks = null, gateTasks = null } = configuration;
  if (kind === 'rollout') return count;
  if (kind === 'evaluate') return count === null ? null : count * trials;
  if (kind !== 'selftrain') return null;
  const generated = generatedBy(configuration.cast?.environment);
  if (isRollOut(key)) return tasks ?? generated?.train ?? null;
  if (key.startsWith(stageKeys.gateBefore) || / gate(,|$)/.test(key))
    return gateTasks ?? generated?.gate ?? null;
  return testTasks ?? generated?.test ?? null;
};

/** Of environments that are modules nothing is known unless they are run. */
const generatedBy = (spec: EnvironmentSpec | undefined) =>
  spec && 'name' in spec ? builtIn.find(({ name }) => name === spec.name)?.generated : undefined;

/** At the pace so far; null before there is one. */
export const secondsLeft = (done: number, expected: number | null, seconds: number | null): number | null =>
  expected === null || seconds === null || done === 0 || done >= expected
    ? null
    : ((expected - done) * seconds) / done;
