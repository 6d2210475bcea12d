/**
 * One table: what each training method and each control gains in one round of self-training, over several seeds.
 *
 *     node bench/methods.ts --environment toolwoz --seeds 3
 *
 * Per seed, all methods share the base model, the trees that it rolled out, and the held-out conversations before. A
 * table that was stopped goes on where it was.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hash } from '../src/base/random.ts';
import { progressOn } from '../src/cli/terminal.ts';
import type { Pair } from '../src/evaluate/bootstrap.ts';
import { resolveModel } from '../src/models/open.ts';
import { type Data, type SelftrainConfiguration, settings } from '../src/runs/configuration.ts';
import { evaluateModel } from '../src/runs/evaluation.ts';
import { harvestStage } from '../src/runs/harvest.ts';
import { planOf } from '../src/runs/plan.ts';
import { cores } from '../src/runs/pool.ts';
import { beginRun, openProject, resumeRun } from '../src/runs/project.ts';
import { rollOut } from '../src/runs/rollout.ts';
import { trainStage } from '../src/runs/training.ts';
import { embeddedCast, gainCells, gained, gainHead, oneRound, printTable } from './experiment.ts';

interface Variant {
  readonly name: string;
  readonly method: string;
  readonly data: Data;
}
const variants: readonly Variant[] = [
  { name: 'SFT', method: 'sft', data: 'harvest' },
  { name: 'KTO', method: 'kto', data: 'harvest' },
  { name: 'DPO', method: 'dpo', data: 'harvest' },
  { name: 'SFT + KTO', method: 'sft+kto', data: 'harvest' },
  { name: 'SFT + DPO', method: 'sft+dpo', data: 'harvest' },
  { name: 'control: own conversations, unfiltered', method: 'sft', data: 'unfiltered' },
  { name: 'control: more script', method: 'sft', data: 'script' },
];

const { values } = parseArgs({
  options: {
    environment: { type: 'string', default: 'hamlet' },
    data: { type: 'string' },
    model: { type: 'string', default: 'embedded:base' },
    seeds: { type: 'string', default: '3' },
    tasks: { type: 'string' },
    'test-tasks': { type: 'string' },
    only: { type: 'string' },
    folder: { type: 'string', default: '.' },
    resume: { type: 'boolean', default: false },
  },
});

const project = await openProject(values.folder);
const model = await resolveModel(values.model, project.folder);
const spec = { name: values.environment, ...(values.data !== undefined && { data: values.data }) };
const cast = { ...embeddedCast(spec, model), model };
const configurationOf = (seed: number, variant?: Variant): SelftrainConfiguration =>
  oneRound(cast, seed, variant?.method ?? 'sft', {
    gateTasks: 1,
    data: variant?.data ?? 'harvest',
    ...(values.tasks !== undefined && { tasks: Number(values.tasks) }),
    ...(values['test-tasks'] !== undefined && { testTasks: Number(values['test-tasks']) }),
  });

const wanted = variants.filter(({ name }) => !values.only || values.only.split(',').includes(name));
const run = values.resume
  ? await resumeRun(project, 'methods')
  : await beginRun(project, 'methods', { ...values, model });
const draw = progressOn(process.stderr);

const pairs = new Map<string, (readonly Pair[])[]>();
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const plan = await planOf(configurationOf(seed));
  const evaluate = (stage: string, weights: string) =>
    run.stage(stage, () =>
      evaluateModel(
        project,
        configurationOf(seed),
        { run: run.id, stage, model: weights, tasks: plan.test },
        draw,
      ),
    );
  const before = `seed ${seed}: before`;
  await evaluate(before, model);
  for (const variant of wanted) {
    const configuration = configurationOf(seed, variant);
    const from = `seed ${seed}: roll out ${variant.data}`;
    await run.stage(from, () =>
      rollOut(
        project,
        {
          run: run.id,
          stage: from,
          cast: { ...configuration.cast, model },
          split: plan.train.split,
          tasks: plan.train.ofRound(1),
          seed,
          temperature: 1,
          search: configuration.search,
          data: variant.data,
          maxMessages: configuration.maxMessages,
          maxSteps: configuration.maxSteps,
          threads: cores(),
        },
        draw,
      ),
    );
    const after = `seed ${seed}: ${variant.name}`;
    const folder = join(run.folder, `${variant.data}-${variant.method}-${seed}`);
    const { folders } = await run.stage(`${after}: harvest`, () =>
      harvestStage(run, configuration, { from, folder }),
    );
    const trained = await run.stage(`${after}: train`, () =>
      trainStage(
        {
          stage: after,
          environment: configuration.cast.environment,
          base: model,
          data: folders,
          method: configuration.method,
          changes: {},
          folder,
          seed: hash(seed, 'train'),
          threads: cores(),
        },
        draw,
      ),
    );
    await evaluate(after, trained.model);
    for (const setting of settings) {
      const key = `${variant.name}, ${setting}`;
      pairs.set(key, [...(pairs.get(key) ?? []), await gained(project, run.id, { before, after }, setting)]);
    }
  }
}
await run.end('finished');
await project.store.close();

printTable(
  ['method', ...gainHead],
  wanted.flatMap(({ name }) =>
    settings.map(setting => [name, ...gainCells(setting, pairs.get(`${name}, ${setting}`)!)]),
  ),
);
