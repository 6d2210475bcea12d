/** What the tables of self-training share: the embedded model's cast and configuration, and how a gain is printed. */
import { searchOf } from '../src/cli/search.ts';
import { defaultPace as pace } from '../src/environments/environment.ts';
import type { EnvironmentSpec } from '../src/environments/open.ts';
import { bootstrapOverSeeds, type Pair } from '../src/evaluate/bootstrap.ts';
import { successPairs } from '../src/evaluate/compare.ts';
import { mean } from '../src/evaluate/statistics.ts';
import type { CastSpec } from '../src/runs/cast.ts';
import { parseMethod, type SelftrainConfiguration, type Setting } from '../src/runs/configuration.ts';
import { cores } from '../src/runs/pool.ts';
import type { Project } from '../src/runs/project.ts';
import type { EvaluationRow } from '../src/store/rows.ts';
import { percent, pValue, times, withInterval } from '../src/view/format.ts';

export const embeddedCast = (environment: EnvironmentSpec, model: string): CastSpec => ({
  environment,
  agent: 'function-calling',
  pace: 'turns',
  protocol: 'default',
  model,
  user: 'agenda',
  userModel: null,
  maxTokens: 64,
});

/** One round with the defaults of `juxta selftrain`. */
export const oneRound = (
  cast: CastSpec & { readonly model: string },
  seed: number,
  method: string,
  changes: Partial<SelftrainConfiguration> = {},
): SelftrainConfiguration => {
  const hamlet = cast.environment.name === 'hamlet';
  return {
    cast,
    model: cast.model,
    seed,
    rounds: 1,
    method: parseMethod(method),
    search: searchOf({ beam: 8, branch: 2, branching: 'turn', eager: false }),
    temperature: 1,
    tasks: hamlet ? 300 : null,
    testTasks: hamlet ? 300 : null,
    gateTasks: hamlet ? 150 : null,
    minReward: 1,
    data: 'harvest',
    training: {},
    maxMessages: pace.messages,
    maxTries: pace.tries,
    maxSteps: pace.steps,
    limits: {},
    threads: cores(),
    ...changes,
  };
};

/** The success of every conversation before and after that has the same task and seed. */
export const gained = async (
  { store }: Project,
  run: string,
  stages: { readonly before: string; readonly after: string },
  setting: Setting,
): Promise<readonly Pair[]> => {
  const rowsOf = async (stage: string): Promise<EvaluationRow[]> => {
    const rows: EvaluationRow[] = [];
    for await (const row of store.evaluations({ run, stage: `${stage}, ${setting}` }, setting))
      rows.push(row);
    return rows;
  };
  return successPairs(await rowsOf(stages.before), await rowsOf(stages.after));
};

export const gainHead = ['setting', 'before', 'after', 'ratio', 'p', 'each seed'];

/** The cells of what was gained over several seeds. */
export const gainCells = (setting: Setting, pairs: readonly (readonly Pair[])[]): readonly string[] => {
  const { ratio, p, runs } = bootstrapOverSeeds(pairs, { seed: 1 });
  const average = (side: 'before' | 'after'): string => percent(mean(runs.map(each => each[side])));
  const each = runs.map(({ before, after }) => `${percent(before)} → ${percent(after)}`).join('; ');
  return [setting, average('before'), average('after'), withInterval(ratio, times), pValue(p), each];
};

export const printTable = (head: readonly string[], rows: readonly (readonly string[])[]): void => {
  for (const cells of [head, head.map(() => '---'), ...rows])
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
};
