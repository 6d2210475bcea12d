import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '../../base/random.ts';
import { type AssistantMessage, type Message, toolCall } from '../../dialogue/message.ts';
import { RequestFault } from '../fault.ts';
import { type SampleRequest, seedsOf } from '../layers/samples.ts';
import { type Completion, type GenerateRequest, ModelError } from '../model.ts';
import { slotSeedOf, vocabularySize } from './codec.ts';
import type { EmbeddedConfig } from './config.ts';
import { initialWeights } from './init.ts';
import { createEmbeddedModel, openEmbeddedModel } from './model.ts';
import { referenceProbabilities } from './reference.ts';
import { writeWeights } from './safetensors.ts';
import { sampleToken } from './sampler.ts';
import { spec, tools } from './test-vocabulary.ts';

const config: EmbeddedConfig = {
  width: 32,
  layers: 2,
  heads: 2,
  vocabulary: vocabularySize(spec),
  context: 96,
  pointer: 16,
};
const weights = initialWeights(config, 5);
const file = { config, codec: spec, weights };
const open = (slots = 6) => createEmbeddedModel(file, { slots });

const user = (content: string): Message => ({ role: 'user', content });
const says = (content: string): Message => ({ role: 'assistant', content });
const request = (messages: readonly Message[], more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages,
  tools,
  temperature: 1,
  maxTokens: 12,
  seed: 1,
  ...more,
});
const talk: readonly Message[] = [
  user('I need a hotel called Home From Home'),
  says('which area?'),
  user('north please'),
  says('I found Old Mill.'),
];

describe('the embedded model', () => {
  it('gives the same completions again, from any cache and beside any other requests', async () => {
    const requests = Array.from({ length: 24 }, (_, i) => {
      const branch = talk.slice(0, 1 + (i % 4)).concat(i % 3 === 0 ? [user(`to X${i % 6}`)] : []);
      return request(branch, { seed: i, temperature: [1, 0, 0.7][i % 3]!, n: 1 + (i % 2) });
    });
    const fresh: (readonly Completion[])[] = [];
    for (const each of requests) fresh.push(await open().generate(each));
    const shared = open(3);
    assert.deepEqual(await Promise.all(requests.map(each => shared.generate(each))), fresh);
    for (const [i, each] of [...requests.entries()].reverse())
      assert.deepEqual(await shared.generate(each), fresh[i]);
    const { promptTokens, cachedTokens, sequences } = shared.statistics();
    assert.ok(
      sequences === 3 && cachedTokens > promptTokens / 4,
      `${cachedTokens} of ${promptTokens} cached`,
    );
  });

  it('draws completion i from the seed and i alone', async () => {
    const model = open();
    const three = await model.generate(request(talk, { n: 3 }));
    assert.deepEqual((await model.generate(request(talk, { n: 2 })))[1], three[1]);
    assert.notDeepEqual(three[0], three[1]);
    assert.notDeepEqual((await model.generate(request(talk, { seed: 2 })))[0], three[0]);
  });

  it('goes on with a conversation without reading it again', async () => {
    const model = open();
    const before = talk.slice(0, 3);
    await model.generate(request(before, { maxTokens: 1 }));
    const { promptTokens } = model.statistics();
    await model.generate(request([...before, says('which area?'), user('north')]));
    const { cachedTokens } = model.statistics();
    assert.equal(cachedTokens, promptTokens);
  });

  it('says how likely a completion is, as the reference does', async () => {
    const model = open();
    const prompt = talk.slice(0, 3);
    const answers: AssistantMessage[] = [
      { role: 'assistant', content: 'I found Home From Home.' },
      {
        role: 'assistant',
        tool_calls: [toolCall('c', 'search_hotel', '{"area": "north", "name": "Home From Home"}')],
      },
    ];
    for (const answer of answers) {
      const known = await model.logProbabilities(prompt, answer, tools);
      const { tokens } = model.codec.encode([...prompt, answer], { tools, slotSeed: slotSeedOf(prompt) });
      const expected = referenceProbabilities(config, weights, tokens);
      const start = tokens.length - known.length;
      for (const [i, logProbability] of known.entries())
        assert.ok(Math.abs(logProbability - Math.log(expected[start + i - 1]![tokens[start + i]!]!)) < 1e-4);
    }
    const [sampled] = await model.generate(request(prompt, { maxTokens: 24 }));
    assert.ok(sampled!.logProbability! < 0);
  });

  it('never throws for what it says: malformed completions come out as their words', async () => {
    const model = open();
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      for (const completion of await model.generate(request(talk, { seed, maxTokens: 40 }))) {
        seen.add(completion.finishReason);
        if (completion.finishReason === 'length') assert.equal(completion.usage.outputTokens <= 40, true);
        assert.ok(completion.text !== null || completion.toolCalls.length > 0);
      }
    }
    assert.ok(seen.has('length') || seen.has('other'));
  });

  it('forgets the oldest exchanges when the context is full, and fails when the last one does not fit', async () => {
    const model = open();
    const long = Array.from({ length: 12 }, (_, i) => [
      user(`I need a hotel in the north, called Zed${i}`),
      says('yes'),
    ]);
    const messages = [...long.flat(), user('book it')];
    const [answer] = await model.generate(request(messages));
    assert.ok(answer!.usage.inputTokens <= config.context - 12);
    assert.ok(answer!.usage.inputTokens > config.context - 12 - 16);
    const tooLong = user('a hotel '.repeat(50));
    await assert.rejects(model.generate(request([user('hello'), tooLong])), (thrown: unknown) => {
      return thrown instanceof ModelError && thrown.fault === 'agent' && /context of 96/.test(thrown.message);
    });
  });

  it('turns the codec’s errors into its own', async () => {
    const many = user(Array.from({ length: 30 }, (_, i) => `x${i}`).join(', '));
    const fault = (wanted: string) => (thrown: unknown) =>
      thrown instanceof ModelError && thrown.fault === wanted && thrown.cause instanceof Error;
    await assert.rejects(open().generate(request([many])), fault('agent'));
    const foreign = [{ ...tools[0]!, name: 'fly' }];
    await assert.rejects(open().generate(request(talk, { tools: foreign })), fault('infrastructure'));
    await assert.rejects(open().generate(request([])), fault('infrastructure'));
  });

  it('stops when it is told to, and goes on with the others', async () => {
    const model = open(2);
    const stop = new AbortController();
    const stopped = model.generate(request(talk, { n: 3, maxTokens: 40 }), stop.signal);
    const other = model.generate(request(talk, { maxTokens: 40 }));
    stop.abort(new Error('enough'));
    await assert.rejects(
      stopped,
      (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'aborted',
    );
    await assert.rejects(model.generate(request(talk), stop.signal), RequestFault);
    assert.equal((await other).length, 1);
  });

  it('draws the same samples together as alone, seeded each or all from one', async () => {
    const model = open();
    const alone = async (seed: number) => (await model.generate(request(talk, { seed })))[0]!;
    const seeds = [3, 11, 29];
    const asked: SampleRequest = { ...request(talk), n: seeds.length, seeds };
    assert.deepEqual(await model.generate(asked), await Promise.all(seeds.map(alone)));
    const all = seedsOf(request(talk, { n: 3 }));
    assert.deepEqual(await model.generate(request(talk, { n: 3 })), await Promise.all(all.map(alone)));
  });

  it('is opened from its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'juxta-'));
    try {
      await writeWeights(join(folder, 'w'), weights, file, 'F32');
      const model = await openEmbeddedModel(join(folder, 'w'), { id: 'embedded:test' });
      assert.equal(model.id, 'embedded:test');
      assert.deepEqual(await model.generate(request(talk)), await open().generate(request(talk)));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('sampling', () => {
  it('draws allowed tokens in proportion, sharper at a lower temperature, greedily at 0', () => {
    const probabilities = Float32Array.of(0.5, 0.3, 0.15, 0.05);
    const allowed = Uint8Array.of(0, 1, 1, 1);
    const share = (temperature: number, token: number): number => {
      const stream = random(1, temperature);
      let hits = 0;
      for (let i = 0; i < 4000; i++)
        if (sampleToken(probabilities, allowed, temperature, stream) === token) hits++;
      return hits / 4000;
    };
    assert.equal(share(1, 0), 0);
    assert.ok(Math.abs(share(1, 1) - 0.6) < 0.03);
    assert.ok(Math.abs(share(0.5, 1) - 0.09 / (0.09 + 0.0225 + 0.0025)) < 0.03);
    assert.equal(share(0, 1), 1);
  });
  it('stays within what is allowed whatever the distribution', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 9 }),
        fc.nat(),
        (p, seed) => {
          const allowed = Uint8Array.from(p, (_, i) => (i + seed) % 2);
          const token = sampleToken(Float32Array.from(p), allowed, 1, random(seed));
          assert.equal(allowed[token], 1);
        },
      ),
    );
  });
});
