/** Providers of the AI SDK by name and model objects by theirs. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { APICallError } from '@ai-sdk/provider';
import { BadInputError, JuxtaError } from '../../../base/errors.ts';
import { RequestFault } from '../../fault.ts';
import { createTally, textsIn } from '../../layers/events.ts';
import { request } from '../../testing/fake-model.ts';
import { openProviderModel } from '../provider.ts';
import { isProviderSpec, parseModelSpec } from '../spec.ts';
import { configureModels } from './configured.ts';

const tools = [{ name: 'find', description: 'Finds.', parameters: { type: 'object' }, mutating: false }];

describe('a provider that is installed in the project', () => {
  const here = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'sdk-'));
  const install = (name: string, source: string): void => {
    const place = join(folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, 'package.json'),
      JSON.stringify({ name, type: 'module', exports: { import: './index.js' } }),
    );
    writeFileSync(join(place, 'index.js'), source);
  };
  before(() => {
    process.chdir(folder);
    install(
      'nimbus-ai-provider',
      `export const createNimbus = ({ apiKey, baseURL }) => ({
        languageModel: modelId => ({
          specificationVersion: 'v2', provider: 'nimbus', modelId,
          doGenerate: async ({ prompt, tools }) => ({
            content: [
              { type: 'reasoning', text: 'Hm.' },
              { type: 'text', text: [apiKey, baseURL, modelId, prompt.length].join(' ') },
              ...(tools ? [{ type: 'tool-call', toolCallId: 'c', toolName: 'find', input: '' }] : []),
            ],
            finishReason: tools ? 'tool-calls' : 'stop',
            usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5, cachedInputTokens: 1, reasoningTokens: 1 },
            warnings: [{ type: 'unsupported-setting', setting: 'seed' }],
          }),
        }),
      });`,
    );
    install('@ai-sdk/stone', 'export const createStone = () => () => ({ specificationVersion: "v1" });');
  });
  after(() => {
    process.chdir(here);
    rmSync(folder, { recursive: true });
  });

  test('is found by its short name, gets its own key and address, and is read in its own version', async () => {
    const { observe, counts } = createTally();
    const environment = {
      NIMBUS_API_KEY: 'kn',
      NIMBUS_BASE_URL: 'https://nimbus.example/v1',
      OPENAI_API_KEY: 'ko',
    };
    const model = openProviderModel('nimbus:cirrus/2', { environment, observe });
    await model.ready();
    const [completion] = await model.generate(request({ tools }));
    assert.deepEqual(completion, {
      text: 'kn https://nimbus.example/v1 cirrus/2 1',
      toolCalls: [{ id: 'c', type: 'function', function: { name: 'find', arguments: '{}' } }],
      usage: { inputTokens: 3, outputTokens: 2, cachedTokens: 1, reasoningTokens: 1 },
      finishReason: 'tool-calls',
      reasoning: 'Hm.',
    });
    assert.deepEqual(
      textsIn(counts(), 'warning').map(({ text }) => text),
      ['nimbus:cirrus/2: it takes no seed'],
    );
  });

  test('that is missing, or too old, is told of with what to install', async () => {
    const failing = async (spec: string, code: string, hint: RegExp): Promise<void> => {
      const thrown = await openProviderModel(spec, { environment: {} })
        .ready()
        .catch((reason: unknown) => reason);
      assert.ok(thrown instanceof JuxtaError, String(thrown));
      assert.equal(thrown.code, code);
      assert.match(thrown.hint ?? '', hint);
    };
    await failing('groq:llama', 'missing-provider', /npm install @ai-sdk\/groq; .*#llama/);
    await failing(
      '@openrouter/ai-sdk-provider:x/y',
      'missing-provider',
      /npm install @openrouter\/ai-sdk-provider/,
    );
    await failing('stone:age', 'bad-provider', /@ai-sdk\/stone@latest/);
  });
});

test('the AI Gateway is asked with its own key', async () => {
  let seen: { authorization: string | undefined; model: unknown } | undefined;
  const server = createServer((incoming, response) => {
    const { authorization, 'ai-language-model-id': model } = incoming.headers;
    seen = { authorization, model };
    incoming.resume();
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        content: [{ type: 'text', text: 'Hi.' }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: { inputTokens: { total: 4 }, outputTokens: { total: 2 } },
        warnings: [],
      }),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const environment = { AI_GATEWAY_API_KEY: 'kg', AI_GATEWAY_BASE_URL: `http://127.0.0.1:${port}/v4/ai` };
    const [completion] = await openProviderModel('gateway:openai/gpt-5', { environment }).generate(request());
    assert.deepEqual([completion?.text, completion?.usage.inputTokens], ['Hi.', 4]);
    assert.deepEqual(seen, { authorization: 'Bearer kg', model: 'openai/gpt-5' });
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

const refusal = (message: string, param: string) =>
  new APICallError({
    message,
    url: 'https://x.example',
    requestBodyValues: {},
    statusCode: 400,
    responseBody: JSON.stringify({ error: { message, param, code: 'unsupported_value' } }),
  });

test('a model object of the configuration is asked by its name, and what it refuses is learnt', async () => {
  const seen: Record<string, unknown>[] = [];
  const mine = {
    specificationVersion: 'v4' as const,
    provider: 'mine',
    modelId: 'm',
    doGenerate: async (options: Record<string, unknown>) => {
      seen.push(options);
      if ('temperature' in options)
        throw refusal(
          "Unsupported value: 'temperature' does not support 0.7. Only the default is.",
          'temperature',
        );
      return {
        content: [{ type: 'text', text: 'Hello.' }],
        finishReason: { unified: 'stop' },
        usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
        warnings: [],
      };
    },
  };
  configureModels({ 'my-model': mine }, 'juxta.config.ts');
  assert.ok(isProviderSpec('my-model'));
  const { observe, counts } = createTally();
  const model = openProviderModel('my-model', { environment: {}, observe });
  for (const seed of [1, 2]) assert.equal((await model.generate(request({ seed })))[0]?.text, 'Hello.');
  assert.deepEqual(
    seen.map(options => 'temperature' in options),
    [true, false, false],
  );
  assert.match(textsIn(counts(), 'warning')[0]!.text, /takes no temperature/);
});

test('a conversation that is refused is one, whoever the provider is', async () => {
  const mine = {
    specificationVersion: 'v4' as const,
    provider: 'mine',
    modelId: 'm',
    doGenerate: async () => {
      throw refusal('prompt is too long: 210000 tokens > 200000 maximum', 'messages');
    },
  };
  configureModels({ short: mine }, 'juxta.config.ts');
  await assert.rejects(
    openProviderModel('short', { environment: {} }).generate(request()),
    (thrown: unknown) => thrown instanceof RequestFault && thrown.conversation === 'context-length',
  );
});

test('what is no model is refused with file and field', () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ['groq', /field models: it should be an object/],
    [{ 'a:b': {} }, /cannot name a model/],
    [{ mine: { generate: 1 } }, /field models\.mine: it is not a language model/],
  ];
  for (const [given, message] of cases)
    assert.throws(
      () => configureModels(given, 'juxta.config.ts'),
      (thrown: unknown) => thrown instanceof BadInputError && message.test(thrown.message),
    );
});

test('names of models of this process are no providers', () => {
  for (const name of ['embedded:base', 'base.safetensors', './a/b.safetensors', 'C:\\weights\\b.safetensors'])
    assert.ok(!isProviderSpec(name), name);
  assert.deepEqual(parseModelSpec('@openrouter/ai-sdk-provider:a/b'), {
    provider: 'sdk',
    name: '@openrouter/ai-sdk-provider',
    model: 'a/b',
  });
});
