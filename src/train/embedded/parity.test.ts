import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCodec } from '../../models/embedded/codec.ts';
import type { EmbeddedConfig } from '../../models/embedded/config.ts';
import { createDecoder } from '../../models/embedded/decoder.ts';
import { initialWeights } from '../../models/embedded/init.ts';
import { conversationRow } from './batches/rows.ts';
import { flatten } from './network/trainable.ts';
import { createTransformer } from './network/transformer.ts';
import { codecSpec, conversation, tinyConfig, tools } from './testing.ts';

test('the graph that trains and the decoder that samples give the same probabilities', () => {
  const config: EmbeddedConfig = {
    ...tinyConfig,
    width: 128,
    layers: 3,
    heads: 4,
    context: 128,
    pointer: 64,
  };
  // Larger than at the start of training, so that attention and gate are anything but even.
  const weights = new Map(
    [...initialWeights(config, 1)].map(([name, values]) => [name, values.map(w => 1.5 * w)]),
  );
  const whole = createCodec(codecSpec).encode(conversation(1, 5), { tools, slotSeed: 1 });
  const tokens = whole.tokens.subarray(0, config.context);

  const transformer = createTransformer(config);
  transformer.load(flatten(config, weights));
  const row = conversationRow({ tokens, agent: whole.agent });
  const trained = transformer.logProbabilities({ shape: { rows: 2, length: 128 }, rows: [row] });

  const decoder = createDecoder(config, weights, 1);
  for (let position = 0; position + 1 < tokens.length; position++) {
    const [next] = decoder.read([{ sequence: 0, position, token: tokens[position]!, wanted: true }]);
    const sampled = next![tokens[position + 1]!]!;
    const difference = Math.abs(sampled - Math.exp(trained[position]!));
    assert.ok(difference < 1e-5, `position ${position}: ${sampled} differs by ${difference}`);
  }
});
