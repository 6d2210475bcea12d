/**
 * One table: what each training method and each control gains in one round of self-training, over several seeds.
 *
 *     node bench/methods.ts --environment toolwoz --seeds 3
 *
 * Per seed, all methods share the base model, the trees that it rolled out, and the held-out conversations before. A
 * table that was stopped goes on where it was.
 */
import { join } from 'node:path';
import type { Data } from '../src/runs/configuration.ts';
import { harvestStage } from '../src/runs/harvest.ts';
import { planOf } from '../src/runs/plan.ts';
import {
  type ExperimentOptions,
  evaluated,
  experimentLine,
  openExperiment,
  rolledOut,
  trained,
} from './experiment.ts';
import { createGains, gainHead, printTable } from './gains.ts';

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

const options = experimentLine(import.meta.filename, 'hamlet')
  .option('--only <names>', 'methods as the table names them, separated by commas')
  .parse()
  .opts<ExperimentOptions & { readonly only?: string }>();
const wanted = variants.filter(({ name }) => !options.only || options.only.split(',').includes(name));
const { run, configurationOf } = await openExperiment('methods', options);

const gains = createGains(run);
for (let seed = 1; seed <= options.seeds; seed++) {
  const common = configurationOf(seed, 'sft');
  const { train, test } = await planOf(common);
  const before = `seed ${seed}: before`;
  await evaluated(run, before, common, common.model, test);
  for (const { name, method, data } of wanted) {
    const configuration = configurationOf(seed, method, { data });
    const from = `seed ${seed}: roll out ${data}`;
    await rolledOut(run, from, configuration, { split: train.split, tasks: train.ofRound(1) });
    const after = `seed ${seed}: ${name}`;
    const folder = join(run.folder, `${data}-${method}-${seed}`);
    const { folders } = await run.stage(`${after}: harvest`, () =>
      harvestStage(run, configuration, { from, folder }),
    );
    const { model } = await trained(run, after, configuration, folders, folder);
    await evaluated(run, after, configuration, model, test);
    await gains.add(name, { before, after });
  }
}
await run.end('finished');
await run.project.store.close();

printTable(
  ['method', ...gainHead],
  wanted.flatMap(({ name }) => gains.rows(name).map(cells => [name, ...cells])),
);
