import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { BadInputError } from '../../base/errors.ts';
import { readWeights } from '../../models/embedded/safetensors.ts';
import { TrainingInterruptedError } from '../interrupted.ts';
import type { TrainProgress } from '../trainer.ts';
import { type EmbeddedOptions, stage } from './options.ts';
import { conversation, temporaryFolder, tinyBase, tinyDataset, tools } from './testing.ts';
import { type EmbeddedProgress, trainEmbedded } from './trainer.ts';

const folder = await temporaryFolder();
const base = await tinyBase(folder);
const sft = stage('sft', { epochs: 4, batchSize: 4, learningRate: 1e-2, warmup: 1 });
const options = (output: string, changes: Partial<EmbeddedOptions> = {}): EmbeddedOptions => ({
  stages: [sft],
  output: join(folder, output),
  dtype: 'F32',
  seed: 3,
  threads: 1,
  slotAugmentation: true,
  ...changes,
});
const ignore = (): void => undefined;

test('SFT lowers the loss', async () => {
  const seen: TrainProgress[] = [];
  await trainEmbedded(base, tinyDataset(12), options('sft.safetensors'), progress => seen.push(progress));
  assert.equal(seen.at(-1)!.step, seen.at(-1)!.steps);
  assert.ok(seen.at(-1)!.loss < 0.7 * seen[0]!.loss, `${seen[0]!.loss} → ${seen.at(-1)!.loss}`);
  assert.ok(seen.every(({ tokensPerSecond }) => tokensPerSecond > 0));
});

test('the weights are byte-identical on one and two threads', async () => {
  const stages = [
    { ...sft, epochs: 1 },
    stage('dpo', { epochs: 1, batchSize: 6 }),
    stage('kto', { epochs: 1, batchSize: 6 }),
  ];
  const files = [1, 2].map(threads => options(`threads-${threads}.safetensors`, { stages, threads }));
  for (const one of files) await trainEmbedded(base, tinyDataset(6), one, ignore);
  const [one, two] = await Promise.all(files.map(({ output }) => readFile(output)));
  assert.ok(one!.equals(two!));
});

test('LoRA lowers the loss and changes only the matrices it adapts', async () => {
  const seen: TrainProgress[] = [];
  const lora = { ...sft, learningRate: 3e-2, lora: { rank: 4, alpha: 8 } };
  const one = options('lora.safetensors', { stages: [lora] });
  await trainEmbedded(base, tinyDataset(12), one, progress => seen.push(progress));
  assert.ok(seen.at(-1)!.loss < 0.8 * seen[0]!.loss, `${seen[0]!.loss} → ${seen.at(-1)!.loss}`);
  const [before, after] = await Promise.all([base.path, one.output].map(readWeights));
  for (const [name, values] of before!.weights) {
    const changed = values.some((value, i) => value !== after!.weights.get(name)![i]);
    assert.equal(changed, /qkv|out|up|down/.test(name), name);
  }
});

test('a run that is stopped goes on to byte-identical weights', async () => {
  const stages = [{ ...sft, epochs: 2 }, stage('dpo', { epochs: 1, batchSize: 4 })];
  const data = tinyDataset(8);
  const whole = options('whole.safetensors', { stages });
  await trainEmbedded(base, data, whole, ignore);
  for (const stopAt of [2, 6]) {
    const broken = options('broken.safetensors', {
      stages,
      checkpoint: { path: join(folder, 'checkpoint.safetensors'), every: 100 },
    });
    const controller = new AbortController();
    let steps = 0;
    const stop = (): void => {
      if (++steps === stopAt) controller.abort();
    };
    await assert.rejects(
      trainEmbedded(base, data, broken, stop, controller.signal),
      TrainingInterruptedError,
    );
    await trainEmbedded(base, data, broken, ignore);
    assert.ok((await readFile(whole.output)).equals(await readFile(broken.output)));
  }
});

test('a checkpoint of other options is refused', async () => {
  const checkpoint = { path: join(folder, 'other.safetensors'), every: 1 };
  const controller = new AbortController();
  await assert.rejects(
    trainEmbedded(
      base,
      tinyDataset(4),
      options('a.safetensors', { checkpoint }),
      () => controller.abort(),
      controller.signal,
    ),
    TrainingInterruptedError,
  );
  await assert.rejects(
    trainEmbedded(base, tinyDataset(4), options('a.safetensors', { checkpoint, seed: 4 }), ignore),
    BadInputError,
  );
});

test('examples longer than the context are dropped and counted', async () => {
  const dataset = tinyDataset(4);
  const long = { messages: conversation(9, 5), tools };
  let last: EmbeddedProgress | undefined;
  await trainEmbedded(
    base,
    { ...dataset, sft: [...dataset.sft, long] },
    options('dropped.safetensors', { stages: [{ ...sft, epochs: 1 }] }),
    progress => {
      last = progress as EmbeddedProgress;
    },
  );
  assert.equal(last!.dropped.tooLong, 1);
});

test('a dataset with nothing for a stage is refused by name', async () => {
  await assert.rejects(
    trainEmbedded(base, { sft: [], kto: [], dpo: [] }, options('none.safetensors'), ignore),
    /dataset: sft: there are no examples/,
  );
});
