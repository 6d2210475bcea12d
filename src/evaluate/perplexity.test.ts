import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initialWeights } from '../models/embedded/init.ts';
import { createEmbeddedModel } from '../models/embedded/model.ts';
import { codecSpec, conversation, tinyConfig, tools } from '../train/embedded/testing.ts';
import { perplexity, type ScoredDialogue, surprises } from './perplexity.ts';

const model = createEmbeddedModel({
  config: { ...tinyConfig, context: 96 },
  codec: codecSpec,
  weights: initialWeights({ ...tinyConfig, context: 96 }, 1),
});
const dialogues: readonly ScoredDialogue[] = Array.from({ length: 6 }, (_, i) => ({
  id: `d${i}`,
  messages: conversation(i, 2),
  tools,
}));

describe('perplexity', () => {
  it('is about the size of the vocabulary for a model that knows nothing', async () => {
    const told: number[] = [];
    const found = await surprises(model, dialogues, done => told.push(done));
    assert.deepEqual(told, [1, 2, 3, 4, 5, 6]);
    assert.ok(found.every(({ tokens, leftOut }) => tokens > 10 && leftOut === 0));
    const { value, low, high } = perplexity(found, { seed: 1, resamples: 200 });
    assert.ok(low <= value && value <= high);
    assert.ok(value > tinyConfig.vocabulary / 3 && value < 3 * tinyConfig.vocabulary, `${value}`);
  });

  it('weighs tokens, not dialogues, and is 1 where all was foreseen', () => {
    const one = { id: 'a', tokens: 1, nats: Math.log(100), leftOut: 0 };
    const long = { id: 'b', tokens: 99, nats: 0, leftOut: 0 };
    const options = { seed: 1, resamples: 50 };
    assert.ok(Math.abs(perplexity([one, long], options).value - Math.exp(Math.log(100) / 100)) < 1e-12);
    assert.equal(perplexity([long], options).value, 1);
    assert.ok(Number.isNaN(perplexity([], options).value));
  });

  it('leaves out what does not fit the model', async () => {
    const words = { role: 'user', content: 'room '.repeat(120) } as const;
    const answer = { role: 'assistant', content: 'found it' } as const;
    const messages = [...conversation(1), words, answer];
    const [found, whole] = await surprises(model, [
      { id: 'long', messages, tools },
      { id: 'whole', messages: conversation(1), tools },
    ]);
    assert.deepEqual(found, { ...whole, id: 'long', leftOut: 1 });
  });
});
