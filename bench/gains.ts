/** What training gains on held-out tasks, and tables of it. */
import { bootstrapOverSeeds, type Pair } from '../src/evaluate/bootstrap.ts';
import { successPairs } from '../src/evaluate/compare.ts';
import { mean } from '../src/evaluate/statistics.ts';
import { type Setting, settings } from '../src/runs/configuration.ts';
import type { Run } from '../src/runs/project/project.ts';
import type { EvaluationRow } from '../src/store/rows.ts';
import { percent, pValue, times, withInterval } from '../src/view/format.ts';

/** The success of every conversation before and after that has the same task and seed. */
export const gained = async (
  { id: run, project: { store } }: Run,
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

/** Collects what methods gain, seed by seed. */
export const createGains = (run: Run) => {
  const pairs = new Map<string, (readonly Pair[])[]>();
  const keyOf = (name: string, setting: Setting): string => `${name}, ${setting}`;
  return {
    add: async (name: string, stages: { readonly before: string; readonly after: string }): Promise<void> => {
      for (const setting of settings) {
        const key = keyOf(name, setting);
        pairs.set(key, [...(pairs.get(key) ?? []), await gained(run, stages, setting)]);
      }
    },
    /** A row of cells for each setting. */
    rows: (name: string): readonly (readonly string[])[] =>
      settings.map(setting => gainCells(setting, pairs.get(keyOf(name, setting))!)),
  };
};

/** The cells of what was gained over several seeds. */
const gainCells = (setting: Setting, pairs: readonly (readonly Pair[])[]): readonly string[] => {
  const { ratio, p, runs } = bootstrapOverSeeds(pairs, { seed: 1 });
  const average = (side: 'before' | 'after'): string => percent(mean(runs.map(each => each[side])));
  const each = runs.map(({ before, after }) => `${percent(before)} → ${percent(after)}`).join('; ');
  return [setting, average('before'), average('after'), withInterval(ratio, times), pValue(p), each];
};

export const printTable = (head: readonly string[], rows: readonly (readonly string[])[]): void => {
  for (const cells of [head, head.map(() => '---'), ...rows])
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
};
