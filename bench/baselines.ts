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
import { parseArgs } from 'node:util';
import { hash } from '../src/base/random.ts';
import { progressOn } from '../src/cli/terminal.ts';
import { openEnvironment } from '../src/environments/open.ts';
import type { Pair } from '../src/evaluate/bootstrap.ts';
import { exportDataset } from '../src/harvest/export.ts';
import { resolveModel } from '../src/models/open.ts';
import { type SelftrainConfiguration, settings } from '../src/runs/configuration.ts';
import { evaluateModel } from '../src/runs/evaluation.ts';
import { harvestStage } from '../src/runs/harvest.ts';
import { planOf } from '../src/runs/plan.ts';
import { beginRun, openProject, resumeRun } from '../src/runs/project.ts';
import { rollOut, storedTrees } from '../src/runs/rollout.ts';
import { trainStage } from '../src/runs/training.ts';
import type { Tree } from '../src/search/tree.ts';
import { embeddedCast, gainCells, gained, gainHead, oneRound, printTable } from './experiment.ts';
import { bestOfEach, callsOf, independent } from './independent.ts';

interface Variant {
  readonly name: string;
  readonly method: string;
  /** Of the independent conversations those that are imitated; absent: what the trees show. */
  readonly pick?: (trees: readonly Tree[]) => readonly Tree[];
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

const { values } = parseArgs({
  options: {
    environment: { type: 'string', default: 'toolwoz' },
    data: { type: 'string' },
    model: { type: 'string', default: 'embedded:base' },
    seeds: { type: 'string', default: '3' },
    tasks: { type: 'string' },
    'test-tasks': { type: 'string' },
    folder: { type: 'string', default: '.' },
    resume: { type: 'boolean', default: false },
  },
});
const project = await openProject(values.folder);
const model = await resolveModel(values.model, project.folder);
const spec = { name: values.environment, ...(values.data !== undefined && { data: values.data }) };
const environment = await openEnvironment(spec);
const cast = { ...embeddedCast(spec, model), model };
const configurationOf = (seed: number, method: string): SelftrainConfiguration =>
  oneRound(cast, seed, method, {
    gateTasks: 1,
    ...(values.tasks !== undefined && { tasks: Number(values.tasks) }),
    ...(values['test-tasks'] !== undefined && { testTasks: Number(values['test-tasks']) }),
  });
const run = values.resume
  ? await resumeRun(project, 'baselines')
  : await beginRun(project, 'baselines', { ...values, model });
const draw = progressOn(process.stderr);

const treesOf = async (stage: string): Promise<readonly Tree[]> => {
  const trees: Tree[] = [];
  for await (const tree of storedTrees(project, { run: run.id, stage })) trees.push(tree);
  return trees;
};
const sumOfCalls = (trees: readonly Tree[]): number => trees.reduce((sum, tree) => sum + callsOf(tree), 0);

const pairs = new Map<string, (readonly Pair[])[]>();
const facts = new Map<string, { calls: number; examples: number }>();
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const common = configurationOf(seed, 'sft');
  const plan = await planOf(common);
  const evaluate = (stage: string, weights: string) =>
    run.stage(stage, () =>
      evaluateModel(project, common, { run: run.id, stage, model: weights, tasks: plan.test }, draw),
    );
  const before = `seed ${seed}: before`;
  await evaluate(before, model);

  const from = `seed ${seed}: roll out`;
  const { split } = plan.train;
  const tasks = plan.train.ofRound(1);
  const { search, temperature, maxMessages, maxSteps, threads } = common;
  await run.stage(from, () =>
    rollOut(
      project,
      {
        run: run.id,
        stage: from,
        cast,
        split,
        tasks,
        seed,
        temperature,
        search,
        maxMessages,
        maxSteps,
        threads,
      },
      draw,
    ),
  );
  const trees = await treesOf(from);
  const budgets = new Map(trees.map(tree => [tree.task, callsOf(tree)]));
  const plain = await independent(run, environment, common, { split, tasks, budgets }, draw);

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
    const trained = await run.stage(`${after}: train`, () =>
      trainStage(
        {
          stage: after,
          environment: spec,
          base: model,
          data: folders,
          method: configuration.method,
          changes: {},
          folder,
          seed: hash(seed, 'train'),
          threads,
        },
        draw,
      ),
    );
    await evaluate(after, trained.model);
    const { calls, examples } = facts.get(name) ?? { calls: 0, examples: 0 };
    facts.set(name, {
      calls: calls + sumOfCalls(pick ? plain : trees),
      examples: examples + Object.values<number>(rows).reduce((sum, count) => sum + count, 0),
    });
    for (const setting of settings) {
      const key = `${name}, ${setting}`;
      pairs.set(key, [...(pairs.get(key) ?? []), await gained(project, run.id, { before, after }, setting)]);
    }
  }
}
await run.end('finished');
await project.store.close();

const perSeed = (sum: number): string => Math.round(sum / Number(values.seeds)).toLocaleString('en');
printTable(
  ['data and method', 'model calls', 'examples', ...gainHead],
  variants.flatMap(({ name }) =>
    settings.map(setting => [
      name,
      perSeed(facts.get(name)!.calls),
      perSeed(facts.get(name)!.examples),
      ...gainCells(setting, pairs.get(`${name}, ${setting}`)!),
    ]),
  ),
);
