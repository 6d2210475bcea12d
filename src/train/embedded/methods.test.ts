import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createCodec, slotSeedOf } from '../../models/embedded/codec.ts';
import { readWeights } from '../../models/embedded/safetensors.ts';
import { completionRow } from './batches/rows.ts';
import { flatten, weightCount } from './network/trainable.ts';
import { type Stage, stage } from './options.ts';
import { codecSpec, temporaryFolder, tinyBase, tinyConfig, tinyDataset } from './testing.ts';
import { startPool } from './threads/pool.ts';
import { trainEmbedded } from './trainer.ts';

const folder = await temporaryFolder();
const base = await tinyBase(folder);
const data = tinyDataset(6);
const codec = createCodec(codecSpec);
const pool = startPool(tinyConfig, weightCount(tinyConfig), 1);
after(() => pool.close());

const rows = data.kto.map(({ prompt, completion, label, tools }) =>
  completionRow(codec.encode([...prompt, ...completion], { tools, slotSeed: slotSeedOf(prompt) }), label),
);
const shape = { rows: rows.length, length: tinyConfig.context };

/** Mean log-probability of the good and of the bad completions. */
const scores = async (path: string): Promise<{ good: number; bad: number }> => {
  const { weights } = await readWeights(path);
  pool.weights.set(flatten(tinyConfig, weights));
  pool.changed();
  const [batch] = await pool.score([{ shape, rows }]);
  const mean = (good: boolean): number => {
    const chosen = rows.flatMap((row, r) => (row.spans[0]!.good === good ? batch![r]! : []));
    return chosen.reduce((a, b) => a + b, 0) / chosen.length;
  };
  return { good: mean(true), bad: mean(false) };
};

const trained = async (one: Stage): Promise<{ good: number; bad: number }> => {
  const output = join(folder, `${one.method}.safetensors`);
  const options = {
    stages: [one],
    output,
    dtype: 'F32',
    seed: 1,
    threads: 1,
    slotAugmentation: true,
  } as const;
  await trainEmbedded(base, data, options, () => undefined);
  return scores(output);
};

for (const method of ['dpo', 'kto'] as const) {
  test(`${method.toUpperCase()} makes good completions likelier and bad ones less likely`, async () => {
    const before = await scores(base.path);
    const after = await trained(stage(method, { epochs: 6, batchSize: 6, learningRate: 3e-3, warmup: 1 }));
    assert.ok(after.good > before.good + 1, `good: ${before.good} → ${after.good}`);
    assert.ok(after.bad < before.bad - 1, `bad: ${before.bad} → ${after.bad}`);
  });
}
