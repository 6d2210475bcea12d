import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import OpenAI from 'openai';
import { vocabularySize } from '../../models/embedded/codec.ts';
import type { EmbeddedConfig } from '../../models/embedded/config.ts';
import { initialWeights } from '../../models/embedded/init.ts';
import { writeWeights } from '../../models/embedded/safetensors.ts';
import { spec, tools } from '../../models/embedded/test-vocabulary.ts';
import { openProviderModel } from '../../models/provider/provider.ts';
import { serve } from '../../serve/server.ts';
import { openServed, servedByDefault } from './served.ts';

const config: EmbeddedConfig = {
  width: 32,
  layers: 1,
  heads: 2,
  vocabulary: vocabularySize(spec),
  context: 96,
  pointer: 16,
};

const folder = await mkdtemp(join(tmpdir(), 'juxta-served-'));
after(() => rm(folder, { recursive: true }));
for (const run of ['train-10', 'train-9', 'rollout-1'])
  await mkdir(join(folder, 'runs', run), { recursive: true });
for (const [seed, run] of ['train-9', 'train-10'].entries())
  await writeWeights(
    join(folder, 'runs', run, 'model.safetensors'),
    initialWeights(config, seed),
    { config, codec: spec },
    'F32',
  );

test('every run that trained something is served, in order', () => {
  const names = servedByDefault(folder).filter(name => name !== 'embedded:base');
  assert.deepEqual(names, ['embedded:train-9', 'embedded:train-10']);
});

test('no model, or one that does not exist, is an error', async () => {
  await assert.rejects(openServed([], folder), /no model to serve/);
  await assert.rejects(openServed(['embedded:train-11'], folder), /there is no model/);
});

test('a model that cannot be opened can be left out', async () => {
  const broken = join(folder, 'runs', 'train-12');
  await mkdir(broken);
  await writeFile(join(broken, 'model.safetensors'), 'weights, they say');
  const names = ['embedded:train-9', 'embedded:train-12'];
  await assert.rejects(openServed(names, folder), /train-12/);
  const leftOut: string[] = [];
  const opened = await openServed(names, folder, name => leftOut.push(name));
  assert.deepEqual(
    opened.map(({ id }) => id),
    ['embedded:train-9'],
  );
  assert.deepEqual(leftOut, ['embedded:train-12']);
  await assert.rejects(
    openServed(['embedded:train-12'], folder, () => undefined),
    /no model to serve/,
  );
  await rm(broken, { recursive: true });
});

test('what the small model cannot be asked is the client’s error, which is not to be tried again', async () => {
  const server = await serve({ models: await openServed(['embedded:train-9'], folder) });
  try {
    const user = { role: 'user', content: 'hello' };
    const foreign = { type: 'function', function: { name: 'fly', parameters: { type: 'object' } } };
    for (const [asked, code] of [
      [{ messages: [user], tools: [foreign] }, 'unknown-tool'],
      [{ messages: [user], tools: [foreign], n: 2, stream: true }, 'unknown-tool'],
      [{ messages: [{ role: 'system', content: 'be brief' }] }, 'no-message'],
    ] as const) {
      const response = await fetch(`${server.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'default', ...asked }),
      });
      assert.equal(response.status, 400);
      const { error } = (await response.json()) as { error: { type: string; code: string } };
      assert.deepEqual([error.type, error.code], ['invalid_request_error', code]);
    }
  } finally {
    await server.close();
  }
});

test('OpenAI’s client talks to self-trained models: samples, seeds, tools, a stream', async () => {
  const models = await openServed(['embedded:train-9', 'embedded:train-10'], folder);
  const server = await serve({ models, tools });
  try {
    const client = new OpenAI({ baseURL: server.baseUrl, apiKey: 'none', maxRetries: 0 });
    const offered = tools.map(({ name, description, parameters }) => ({
      type: 'function' as const,
      function: { name, description, parameters: { ...parameters } },
    }));
    const asked = {
      model: 'embedded:train-10',
      messages: [{ role: 'user' as const, content: 'i need a hotel in the north' }],
      max_tokens: 12,
    };
    const { choices } = await client.chat.completions.create({ ...asked, tools: offered, n: 6, seed: 3 });
    const again = await client.chat.completions.create({ ...asked, tools: offered, n: 6, seed: 3 });
    assert.deepEqual(again.choices, choices);
    assert.ok(new Set(choices.map(choice => JSON.stringify(choice.message))).size > 1);

    const streamed = client.chat.completions.stream({ ...asked, tools: offered, seed: 3 });
    assert.equal(
      (await streamed.finalChatCompletion()).choices[0]?.message.content,
      choices[0]?.message.content,
    );

    for (let seed = 0; seed < 20; seed++) {
      const { choices } = await client.chat.completions.create({ ...asked, seed });
      assert.equal(choices[0]?.message.tool_calls, undefined, 'a tool that was not on offer is called');
    }

    const ours = openProviderModel(`${server.baseUrl}#embedded:train-9`, {
      environment: {},
      sampleSeeds: true,
    });
    const request = {
      messages: [{ role: 'user', content: 'a train on monday' }] as const,
      tools,
      temperature: 1,
      maxTokens: 12,
      seed: 5,
    };
    const together = await ours.generate({ ...request, n: 2 });
    const [alone] = await ours.generate(request);
    assert.deepEqual([together[0]?.text, together[0]?.toolCalls], [alone?.text, alone?.toolCalls]);
  } finally {
    await server.close();
  }
});
