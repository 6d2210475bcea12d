import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { random } from '../../base/random.ts';
import { createCodec } from '../../models/embedded/codec.ts';
import { initialWeights } from '../../models/embedded/init.ts';
import { referenceProbabilities } from '../../models/embedded/reference.ts';
import type { MicroBatch, Objective } from './batches/batch.ts';
import { pairGroups } from './batches/pairs.ts';
import { completionRow, conversationRow, type EncodeContext, packPrefixes } from './batches/rows.ts';
import { loraTrainable } from './network/lora.ts';
import { flatten, unflatten, weightRanges } from './network/trainable.ts';
import { evaluate } from './optimiser/objective.ts';
import { codecSpec, conversation, tinyConfig, tinyDataset, tools } from './testing.ts';
import { startPool } from './threads/pool.ts';

const codec = createCodec(codecSpec);
const start = flatten(tinyConfig, initialWeights(tinyConfig, 1)).map((w, i) => w + 0.2 * Math.sin(i));
const pool = startPool(tinyConfig, start.length, 1);
after(() => pool.close());

const encoding: EncodeContext = {
  codec,
  context: tinyConfig.context,
  slotStream: 1,
  dropped: { tooLong: 0, notEncodable: 0 },
};
const encode = (number: number, turns: number) =>
  codec.encode(conversation(number, turns), { tools, slotSeed: number });
const shape = { rows: 4, length: 64 };
const conversations: MicroBatch = { shape, rows: [0, 1, 2].map(i => conversationRow(encode(i, 2))) };
const completions: MicroBatch = {
  shape,
  rows: [
    ...packPrefixes([completionRow(encode(0, 1), true), completionRow(encode(0, 2), true)]),
    completionRow(encode(3, 2), false),
  ].map(row => ({ ...row, spans: row.spans.map((span, i) => ({ ...span, reference: -9 - 3 * i })) })),
};
const pairs: MicroBatch = {
  shape,
  rows: pairGroups(tinyDataset(1).dpo, encoding)[0]!.map(row => ({
    ...row,
    spans: row.spans.map(span => ({ ...span, reference: -12 })),
  })),
};

const lossAt = async (batch: MicroBatch, objective: Objective, weights: Float32Array): Promise<number> => {
  pool.weights.set(weights);
  pool.changed();
  return (await pool.gradient([batch], objective)).loss;
};

/** The loss by the plain reference network, in double precision: another code than the graph whose gradient is checked. */
const referenceLoss = (batch: MicroBatch, objective: Objective, weights: Float32Array): number => {
  const { rows, length } = batch.shape;
  const byName = unflatten(tinyConfig, weights);
  const logProbabilities = new Float64Array(rows * length);
  batch.rows.forEach(({ tokens }, r) => {
    referenceProbabilities(tinyConfig, byName, tokens.subarray(0, -1)).forEach((probabilities, t) => {
      logProbabilities[r * length + t] = Math.log(probabilities[tokens[t + 1]!]!);
    });
  });
  return evaluate(batch, logProbabilities, objective).loss;
};

/** Checks, for every tensor, the slope along a direction within it that follows the signs of its gradient. */
const checkSlopes = async (batch: MicroBatch, objective: Objective): Promise<void> => {
  await lossAt(batch, objective, start);
  const gradient = (await pool.gradient([batch], objective)).gradient.slice();
  const stream = random(1, 'directions');
  for (const { name, start: from, end } of weightRanges(tinyConfig)) {
    const size = 5e-4 / Math.sqrt(end - from);
    const up = start.slice();
    const down = start.slice();
    let expected = 0;
    for (let i = from; i < end; i++) {
      const move = Math.sign(gradient[i]!) * size * (0.5 + stream.next());
      up[i]! += move;
      down[i]! -= move;
      expected += gradient[i]! * (up[i]! - down[i]!);
    }
    const measured = referenceLoss(batch, objective, up) - referenceLoss(batch, objective, down);
    assert.ok(Math.abs(measured / expected - 1) < 1e-3, `${name}: ${measured} is not ${expected}`);
  }
};

test("the network's SFT gradient agrees with finite differences in every tensor", () =>
  checkSlopes(conversations, { method: 'sft' }));

test("the network's KTO gradient agrees with finite differences in every tensor", () =>
  checkSlopes(completions, { method: 'kto', beta: 0.3, z0: 0.2, desirable: 1, undesirable: 1.5 }));

test("the network's DPO gradient agrees with finite differences in every tensor", () =>
  checkSlopes(pairs, { method: 'dpo', beta: 0.3, sftWeight: 0.2 }));

test('a prefix packed into a longer row scores as it does alone', async () => {
  const alone = [1, 2].map(turns => completionRow(encode(0, turns), true));
  const packed = packPrefixes(alone);
  assert.equal(packed.length, 1);
  pool.weights.set(start);
  pool.changed();
  const [apart] = await pool.score([{ shape, rows: alone }]);
  const [together] = await pool.score([{ shape, rows: packed }]);
  apart!.flat().forEach((score, i) => {
    assert.ok(Math.abs(score - together!.flat()[i]!) < 1e-4);
  });
});

test("adapters' gradients agree with finite differences, and start from the given weights", async () => {
  const lora = loraTrainable(tinyConfig, start, { rank: 2, alpha: 4, head: true }, 1);
  const merged = new Float32Array(start.length);
  lora.weights(merged);
  assert.deepEqual(merged, start);

  const stream = random(2, 'adapters');
  for (let i = 0; i < lora.parameters.length; i++) lora.parameters[i]! += 0.1 * (stream.next() - 0.5);
  const at = async (): Promise<number> => {
    lora.weights(merged);
    return lossAt(conversations, { method: 'sft' }, merged);
  };
  await at();
  const { gradient } = await pool.gradient([conversations], { method: 'sft' });
  const own = lora.gradient(gradient).slice();
  const held = lora.parameters.slice();
  const length = Math.sqrt(own.reduce((sum, g) => sum + g * g, 0));
  const move = 2e-3 / length;
  held.forEach((value, i) => {
    lora.parameters[i] = value + move * own[i]!;
  });
  const up = await at();
  held.forEach((value, i) => {
    lora.parameters[i] = value - move * own[i]!;
  });
  const measured = up - (await at());
  const expected = 2 * move * length * length;
  assert.ok(Math.abs(measured / expected - 1) < 2e-3, `${measured} is not ${expected}`);
});
