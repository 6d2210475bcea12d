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
import { searchOf } from '../src/cli/options.ts';
import { progressOn } from '../src/cli/terminal.ts';
import { defaultPace as pace } from '../src/environments/environment.ts';
import { bootstrapOverSeeds, type Pair } from '../src/evaluate/bootstrap.ts';
import { successPairs } from '../src/evaluate/compare.ts';
import { mean } from '../src/evaluate/statistics.ts';
import { resolveModel } from '../src/models/open.ts';
import type { CastSpec } from '../src/runs/cast.ts';
import {
  type Data,
  parseMethod,
  type SelftrainConfiguration,
  type Setting,
  settings,
} from '../src/runs/configuration.ts';
import { evaluateModel } from '../src/runs/evaluation.ts';
import { harvestStage } from '../src/runs/harvest.ts';
import { planOf } from '../src/runs/plan.ts';
import { cores } from '../src/runs/pool.ts';
import { beginRun, openProject, resumeRun } from '../src/runs/project.ts';
import { rollOut } from '../src/runs/rollout.ts';
import { trainStage } from '../src/runs/training.ts';
import type { EvaluationRow } from '../src/store/rows.ts';
import { percent, pValue, times, withInterval } from '../src/view/format.ts';

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

const hamlet = values.environment === 'hamlet';
const search = searchOf({ beam: 8, branch: 2, branching: 'turn', eager: false });
const project = await openProject(values.folder);
const model = await resolveModel(values.model, project.folder);
const cast: CastSpec = {
  environment: { name: values.environment, ...(values.data !== undefined && { data: values.data }) },
  agent: 'function-calling',
  pace: 'turns',
  protocol: 'default',
  model,
  user: 'agenda',
  userModel: null,
  maxTokens: 64,
};
const configurationOf = (seed: number, variant?: Variant): SelftrainConfiguration => ({
  cast,
  model,
  seed,
  rounds: 1,
  method: parseMethod(variant?.method ?? 'sft'),
  search,
  temperature: 1,
  tasks: values.tasks === undefined ? (hamlet ? 300 : null) : Number(values.tasks),
  testTasks: values['test-tasks'] === undefined ? (hamlet ? 300 : null) : Number(values['test-tasks']),
  gateTasks: 1,
  minReward: 1,
  data: variant?.data ?? 'harvest',
  training: {},
  maxMessages: pace.messages,
  maxTries: pace.tries,
  maxSteps: pace.steps,
  limits: {},
  threads: cores(),
});

const wanted = variants.filter(({ name }) => !values.only || values.only.split(',').includes(name));
const run = values.resume
  ? await resumeRun(project, 'methods')
  : await beginRun(project, 'methods', { ...values, model });
const draw = progressOn(process.stderr);

const outcomes = async (stage: string, setting: Setting): Promise<EvaluationRow[]> => {
  const rows: EvaluationRow[] = [];
  for await (const row of project.store.evaluations({ run: run.id, stage: `${stage}, ${setting}` }, setting))
    rows.push(row);
  return rows;
};

const pairs = new Map<string, Pair[][]>();
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
          search,
          data: variant.data,
          maxMessages: pace.messages,
          maxSteps: pace.steps,
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
      const gained = successPairs(await outcomes(before, setting), await outcomes(after, setting));
      pairs.set(key, [...(pairs.get(key) ?? []), [...gained]]);
    }
  }
}
await run.end('finished');
await project.store.close();

process.stdout.write(
  '| method | setting | before | after | ratio | p | each seed |\n|---|---|---|---|---|---|---|\n',
);
for (const { name } of wanted)
  for (const setting of settings) {
    const { ratio, p, runs } = bootstrapOverSeeds(pairs.get(`${name}, ${setting}`)!, { seed: 1 });
    const before = percent(mean(runs.map(each => each.before)));
    const after = percent(mean(runs.map(each => each.after)));
    const each = runs.map(({ before, after }) => `${percent(before)} → ${percent(after)}`).join('; ');
    process.stdout.write(
      `| ${name} | ${setting} | ${before} | ${after} | ${withInterval(ratio, times)} | ${pValue(p)} | ${each} |\n`,
    );
  }
