import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Random, random } from '../base/random.ts';
import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';
import { type CodecSpec, vocabularySize } from '../models/embedded/codec.ts';
import type { EmbeddedConfig } from '../models/embedded/config.ts';
import { initialWeights } from '../models/embedded/init.ts';
import { createEmbeddedModel, type EmbeddedModel } from '../models/embedded/model.ts';
import { embeddedKl, estimateKl, type KlSample } from './kl.ts';

/** Draws tokens of a fixed distribution and gives their log-probabilities under it and another. */
const sample = (
  prompt: string,
  stream: Random,
  model: readonly number[],
  base: readonly number[],
): KlSample => {
  const tokens = Array.from({ length: 5 }, () => {
    let at = stream.next();
    let token = 0;
    while (token < model.length - 1 && at >= model[token]!) at -= model[token++]!;
    return token;
  });
  return {
    prompt,
    model: tokens.map(token => Math.log(model[token]!)),
    base: tokens.map(token => Math.log(base[token]!)),
  };
};

describe('the KL to the base', () => {
  it('is found within its interval, per token and per completion', () => {
    const model = [0.7, 0.2, 0.1];
    const base = [0.4, 0.4, 0.2];
    const truth = model.reduce((sum, p, i) => sum + p * Math.log(p / base[i]!), 0);
    const stream = random(1);
    const samples = Array.from({ length: 2000 }, (_, i) => sample(`p${i % 200}`, stream, model, base));
    const { perToken, perCompletion, prompts } = estimateKl(samples, { seed: 1, resamples: 500 });
    assert.ok(perToken.low < truth && truth < perToken.high, `${truth} in ${perToken.low}–${perToken.high}`);
    assert.ok(Math.abs(perToken.value - truth) < 0.01);
    assert.ok(Math.abs(perCompletion.value - 5 * perToken.value) < 1e-9);
    assert.equal(prompts, 200);
  });
  it('is 0 for equal models and never negative', () => {
    const list = fc.array(fc.double({ min: -20, max: 0, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(list, list, (model, other) => {
        const base = model.map((_, i) => other[i % other.length]!);
        const of = (base: readonly number[]) =>
          estimateKl([{ prompt: 'p', model, base }], { seed: 1, resamples: 2 }).perToken.value;
        assert.ok(of(base) >= -1e-12);
        assert.equal(of(model), 0);
      }),
    );
  });
  it('is NaN without samples, and refuses lists of different length', () => {
    assert.ok(Number.isNaN(estimateKl([], { seed: 1, resamples: 10 }).perToken.value));
    assert.throws(() => estimateKl([{ prompt: 'p', model: [-1], base: [] }], { seed: 1 }), RangeError);
  });
});

const codec: CodecSpec = {
  words: 'i want a room in the north south please found it sorry bye'.split(' '),
  slots: 6,
  toolNames: ['search_hotel'],
  keys: ['area'],
  resultFields: { search_hotel: [] },
};
const config: EmbeddedConfig = {
  width: 16,
  layers: 1,
  heads: 2,
  vocabulary: vocabularySize(codec),
  context: 48,
  pointer: 8,
};
const tools: readonly Tool[] = [
  {
    name: 'search_hotel',
    description: '',
    parameters: { type: 'object', properties: { area: { type: 'string' } } },
    mutating: false,
  },
];
const modelOf = (seed: number): EmbeddedModel =>
  createEmbeddedModel({ config, codec, weights: initialWeights(config, seed) });
const user = (content: string): Message => ({ role: 'user', content });
const prompts = ['north', 'south'].map(area => ({
  id: area,
  messages: [user(`i want a room in the ${area} please`)],
  tools,
}));

describe('the KL of embedded models', () => {
  const options = { prompts, samples: 20, maxTokens: 30, seed: 5, resamples: 100 };
  it('is 0 between a model and itself, and more between others', async () => {
    const model = modelOf(1);
    const same = await embeddedKl({ ...options, model, base: modelOf(1) });
    const other = await embeddedKl({ ...options, model, base: modelOf(2) });
    assert.ok(Math.abs(same.perToken.value) < 1e-9);
    assert.ok(other.perToken.value > 1e-6, `${other.perToken.value}`);
    assert.equal(other.samples + other.leftOut, 40);
    assert.ok(other.samples > 0);
  });
  it('is the same again, and leaves out prompts that do not fit', async () => {
    const progress: number[] = [];
    const long = { id: 'long', messages: [user('room '.repeat(60))], tools };
    const given = { ...options, prompts: [...prompts, long], model: modelOf(1), base: modelOf(2) };
    const first = await embeddedKl({ ...given, onProgress: ({ done }) => progress.push(done) });
    assert.deepEqual(await embeddedKl(given), first);
    assert.deepEqual(progress, [1, 2, 3]);
    assert.ok(first.prompts <= 2);
    assert.ok(first.leftOut >= 20);
  });
});
