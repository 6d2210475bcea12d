/**
 * One table: JOSH's trees against what a reviewer would ask for, at an equal number of model calls. The trees are rolled
 * out first; independent conversations then get as many calls, task by task. From those, rejection sampling imitates
 * every conversation that reached all goals, and best-of-n the best one of each task that earned anything.
 *
 *     node bench/baselines.ts --environment toolwoz --seeds 3
 *
 * A table that was stopped goes on with --resume.
 */
import { join } from 'node:path';
import { openEnvironment } from '../src/environments/open.ts';
import { exportDataset } from '../src/harvest/export.ts';
import { harvestStage } from '../src/runs/harvest.ts';
import { planOf } from '../src/runs/plan.ts';
import { storedTrees } from '../src/runs/rollout.ts';
import type { JoshTree } from '../src/search/josh/tree.ts';
import {
  type ExperimentOptions,
  evaluated,
  experimentLine,
  openExperiment,
  rolledOut,
  trained,
} from './experiment.ts';
import { createGains, gainHead, printTable } from './gains.ts';
import { bestOfEach, callsOf, independent } from './independent.ts';

interface Variant {
  readonly name: string;
  readonly method: string;
  /** Of the independent conversations those that are imitated; absent: what the trees show. */
  readonly pick?: (trees: readonly JoshTree[]) => readonly JoshTree[];
}
const variants: readonly Variant[] = [
  { name: 'JOSH, SFT', method: 'sft' },
  { name: 'JOSH, KTO', method: 'kto' },
  { name: 'JOSH, DPO', method: 'dpo' },
  { name: 'JOSH, SFT + DPO', method: 'sft+dpo' },
  {
    name: 'rejection sampling, SFT',
    method: 'sft',
    pick: trees => trees.filter(({ reward }) => reward >= 1 - 1e-6),
  },
  { name: 'best of n, SFT', method: 'sft', pick: bestOfEach },
];

const options = experimentLine(import.meta.filename, 'toolwoz')
  .parse()
  .opts<ExperimentOptions>();
const { run, configurationOf } = await openExperiment('baselines', options);

const treesOf = async (stage: string): Promise<readonly JoshTree[]> => {
  const trees: JoshTree[] = [];
  for await (const tree of storedTrees(run.project, { run: run.id, stage })) trees.push(tree);
  return trees;
};
const sumOfCalls = (trees: readonly JoshTree[]): number =>
  trees.reduce((sum, tree) => sum + callsOf(tree), 0);

const gains = createGains(run);
const facts = new Map<string, { calls: number; examples: number }>();
for (let seed = 1; seed <= options.seeds; seed++) {
  const common = configurationOf(seed, 'sft');
  const environment = await openEnvironment(common.cast.environment);
  const { train, test } = await planOf(common);
  const before = `seed ${seed}: before`;
  await evaluated(run, before, common, common.model, test);

  const from = `seed ${seed}: roll out`;
  const tasks = { split: train.split, tasks: train.ofRound(1) };
  await rolledOut(run, from, common, tasks);
  const trees = await treesOf(from);
  const budgets = new Map(trees.map(tree => [tree.task, callsOf(tree)]));
  const plain = await independent(run, environment, common, { ...tasks, budgets });

  for (const { name, method, pick } of variants) {
    const configuration = configurationOf(seed, method);
    const after = `seed ${seed}: ${name}`;
    const folder = join(run.folder, `${name.toLowerCase().replaceAll(/\W+/g, '-')}-${seed}`);
    const { folders, rows } = await run.stage(`${after}: harvest`, async () => {
      if (!pick) return harvestStage(run, configuration, { from, folder });
      const out = join(folder, 'dataset', 'sft');
      const { tools } = environment;
      const { files } = await exportDataset({
        trees: pick(plain),
        tools,
        format: 'trl-sft',
        out,
        seed,
        minReward: 0,
        // Of several conversations of a task all may be imitated: that is the method.
        filters: ['error-text', 'malformed-calls'],
      });
      return { folders: { sft: out }, rows: { sft: files[0]!.rows } };
    });
    const { model } = await trained(run, after, configuration, folders, folder);
    await evaluated(run, after, configuration, model, test);
    await gains.add(name, { before, after });
    const { calls, examples } = facts.get(name) ?? { calls: 0, examples: 0 };
    facts.set(name, {
      calls: calls + sumOfCalls(pick ? plain : trees),
      examples: examples + Object.values<number>(rows).reduce((sum, count) => sum + count, 0),
    });
  }
}
await run.end('finished');
await run.project.store.close();

const perSeed = (sum: number): string => Math.round(sum / options.seeds).toLocaleString('en');
printTable(
  ['data and method', 'model calls', 'examples', ...gainHead],
  variants.flatMap(({ name }) => {
    const { calls, examples } = facts.get(name)!;
    return gains.rows(name).map(cells => [name, perSeed(calls), perSeed(examples), ...cells]);
  }),
);
