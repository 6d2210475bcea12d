import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { get } from 'node:http';
import { test } from 'node:test';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { type Model, ModelError } from '../models/model.ts';
import { openProviderModel } from '../models/provider/provider.ts';
import { called, fakeModel, request, said } from '../models/testing/fake-model.ts';
import { type RunningServer, type ServeOptions, serve } from './server.ts';

/** Calls the first tool it is given, until it sees a result; then says how many messages there were. */
const clerk = fakeModel(
  ({ tools, messages, temperature, maxTokens }, seed) => {
    if (tools.length > 0 && messages.at(-1)?.role !== 'tool')
      return called(tools[0]!.name, '{"area":"north"}');
    return {
      ...said(`seen ${messages.length} at ${temperature} up to ${maxTokens} with ${seed}`),
      logProbability: -1.5,
      usage: { inputTokens: 7, outputTokens: 3, cachedTokens: 2 },
    };
  },
  { id: 'embedded:clerk' },
);

const withServer = async (
  options: Partial<ServeOptions>,
  use: (server: RunningServer, client: OpenAI) => Promise<void>,
): Promise<void> => {
  const server = await serve({ models: [clerk], ...options });
  try {
    await use(server, new OpenAI({ baseURL: server.baseUrl, apiKey: options.key ?? 'none', maxRetries: 0 }));
  } finally {
    await server.close();
  }
};

const model = 'embedded:clerk';
const messages = [{ role: 'user', content: 'hello' }] as const;
const tools = [
  {
    type: 'function',
    function: { name: 'search_hotel', description: 'Finds.', parameters: { type: 'object' } },
  },
] as const;

test('OpenAI’s client lists models and holds a conversation with tools', async () => {
  await withServer({}, async (_, client) => {
    const ids: string[] = [];
    for await (const each of client.models.list()) ids.push(each.id);
    assert.deepEqual(ids, [model]);
    assert.equal((await client.models.retrieve(model)).id, model);

    const first = await client.chat.completions.create({ model, messages: [...messages], tools: [...tools] });
    const { message, finish_reason: reason } = first.choices[0]!;
    assert.equal(reason, 'tool_calls');
    assert.equal(message.content, null);
    const [call] = message.tool_calls!;
    assert.ok(call?.type === 'function' && call.function.arguments === '{"area":"north"}');
    const second = await client.chat.completions.create({
      model,
      messages: [...messages, message, { role: 'tool', tool_call_id: call.id, content: '[]' }],
      tools: [...tools],
      temperature: 0,
      seed: 4,
      max_completion_tokens: 50,
    });
    assert.equal(second.choices[0]?.message.content, 'seen 3 at 0 up to 50 with 4');
    assert.equal(second.choices[0]?.finish_reason, 'stop');
    assert.deepEqual(second.usage, {
      prompt_tokens: 7,
      completion_tokens: 3,
      total_tokens: 10,
      prompt_tokens_details: { cached_tokens: 2 },
    });
  });
});

test('several samples, their seeds and log-probabilities', async () => {
  await withServer({}, async ({ baseUrl }, client) => {
    const asked = { model, messages: [...messages], n: 3, seed: 4, logprobs: true };
    const { choices, usage } = await client.chat.completions.create(asked);
    assert.deepEqual(
      choices.map(({ index }) => index),
      [0, 1, 2],
    );
    assert.equal(new Set(choices.map(choice => choice.message.content)).size, 3);
    assert.equal(choices[2]?.logprobs?.content?.[0]?.logprob, -1.5);
    assert.equal(usage?.completion_tokens, 9);
    const own = openProviderModel(`${baseUrl}#${model}`, {
      environment: {},
      sampleSeeds: true,
      logProbabilities: true,
    });
    const completions = await own.generate(request({ seed: 4, n: 3, maxTokens: 256 }));
    assert.equal(completions[0]?.text, choices[0]?.message.content);
    assert.equal(completions[0]?.logProbability, -1.5);
  });
});

test('OpenAI’s client streams text and tool calls', async () => {
  await withServer({}, async (_, client) => {
    const texts = client.chat.completions.stream({
      model,
      messages: [...messages],
      seed: 4,
      n: 2,
      stream_options: { include_usage: true },
    });
    let pieces = 0;
    for await (const chunk of texts) pieces += chunk.choices.length;
    const { choices, usage } = await texts.finalChatCompletion();
    assert.ok(pieces > 10);
    assert.equal(choices[0]?.message.content, 'seen 1 at 1 up to 256 with 4');
    assert.equal(choices.length, 2);
    assert.equal(usage?.prompt_tokens, 14);

    const calls = client.chat.completions.stream({ model, messages: [...messages], tools: [...tools] });
    const { message, finish_reason: reason } = (await calls.finalChatCompletion()).choices[0]!;
    assert.equal(reason, 'tool_calls');
    const [call] = message.tool_calls!;
    assert.ok(
      call?.type === 'function' &&
        call.function.name === 'search_hotel' &&
        call.function.arguments === '{"area":"north"}',
    );
  });
});

const curl = async (...args: string[]): Promise<{ readonly status: number; readonly body: string }> => {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '-w', '\n%{http_code}', ...args]);
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
};
const asJson = ['-H', 'content-type: application/json', '-d'];

test('curl talks to it too, streaming included', async t => {
  if (
    await curl('--version').then(
      () => false,
      () => true,
    )
  )
    return t.skip('there is no curl');
  await withServer({}, async ({ baseUrl }) => {
    const list = await curl(`${baseUrl}/models`);
    assert.equal(JSON.parse(list.body).data[0].id, model);
    const body = { model: 'default', messages, tools, seed: 1 };
    const plain = await curl(`${baseUrl}/chat/completions`, ...asJson, JSON.stringify(body));
    assert.equal(JSON.parse(plain.body).choices[0].message.tool_calls[0].function.name, 'search_hotel');
    const stream = await curl(
      '-N',
      `${baseUrl}/chat/completions`,
      ...asJson,
      JSON.stringify({ ...body, stream: true }),
    );
    const events = stream.body.trim().split('\n\n');
    assert.ok(events.every(event => event.startsWith('data: ')));
    assert.equal(events.at(-1), 'data: [DONE]');
    assert.equal(JSON.parse(events.at(-2)!.slice(6)).choices[0].finish_reason, 'tool_calls');
  });
});

const post = (baseUrl: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('bad requests are answered with status and field', async () => {
  await withServer({}, async ({ baseUrl }) => {
    const cases: readonly (readonly [unknown, number, string])[] = [
      ['{', 400, 'not JSON'],
      [{ model }, 400, 'messages'],
      [{ model, messages: [{ role: 'robot', content: 'x' }] }, 400, 'messages[0].role'],
      [{ model, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 400, 'messages[0].content'],
      [{ model, messages, temperature: 3 }, 400, 'temperature'],
      [{ model, messages, n: 2, seeds: [1] }, 400, 'seeds'],
      [{ model, messages, tools, tool_choice: 'required' }, 400, 'tool_choice'],
      [{ model: 'gpt-9', messages }, 404, 'gpt-9'],
    ];
    for (const [body, status, word] of cases) {
      const response = await post(baseUrl, body);
      assert.equal(response.status, status);
      const { error } = (await response.json()) as { error: { message: string } };
      assert.ok(error.message.includes(word), error.message);
    }
    assert.equal((await fetch(`${baseUrl}/elsewhere`)).status, 404);
    assert.equal((await fetch(`${baseUrl}/chat/completions`)).status, 405);
    assert.equal((await post(baseUrl, 'x', { 'content-type': 'text/plain' })).status, 415);
  });
});

test('text parts and the developer role are read; settings without effect are named', async () => {
  await withServer({}, async ({ baseUrl }) => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    const body = {
      model,
      messages: [
        { role: 'developer', content: 'x' },
        { role: 'user', content: parts },
      ],
      top_p: 0.5,
      presence_penalty: 0,
      stop: ['\n'],
      user: 'me',
    };
    const response = await post(baseUrl, body);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-juxta-ignored'), 'top_p, stop');
    assert.deepEqual(clerk.requests.at(-1)?.messages, [
      { role: 'system', content: 'x' },
      { role: 'user', content: 'ab' },
    ]);
  });
});

test('where there is a key, nobody is served without it', async () => {
  await withServer({ key: 'right' }, async ({ baseUrl }, client) => {
    await client.models.list();
    for (const key of ['wrong', 'right ', '']) {
      assert.equal(
        (await post(baseUrl, { model, messages }, { authorization: `Bearer ${key}x` })).status,
        401,
      );
    }
    assert.equal((await fetch(`${baseUrl}/models`)).status, 401);
  });
});

test('a web page cannot use the server of the machine on which it is shown', async () => {
  await withServer({}, async ({ baseUrl }) => {
    const body = { model, messages };
    assert.equal((await post(baseUrl, body, { origin: 'https://evil.example' })).status, 403);
    assert.equal((await post(baseUrl, body, { origin: 'http://localhost:3000' })).status, 200);
    const { port } = new URL(baseUrl);
    const rebound = await curl('-H', `host: evil.example:${port}`, `${baseUrl}/models`).catch(
      () => undefined,
    );
    if (rebound) assert.equal(rebound.status, 403);
  });
});

test('a model that fails is told from a request that is wrong', async () => {
  const failing = (fault: ModelError['fault']): Model => ({
    id: fault,
    generate: () => Promise.reject(new ModelError(fault, `${fault} trouble`)),
  });
  const models = (['agent', 'infrastructure', 'budget'] as const).map(failing);
  const broken: Model = { id: 'bug', generate: () => Promise.reject(new Error('secret detail')) };
  await withServer({ models: [...models, broken] }, async ({ baseUrl }) => {
    const statuses: number[] = [];
    for (const id of ['agent', 'infrastructure', 'budget', 'bug']) {
      const response = await post(baseUrl, { model: id, messages });
      statuses.push(response.status);
      assert.ok(!(await response.text()).includes('secret detail'));
    }
    assert.deepEqual(statuses, [422, 502, 429, 500]);
  });
});

test('when the client goes away the model is told', async () => {
  let told: () => void = () => undefined;
  const cancelled = new Promise<void>(resolve => {
    told = resolve;
  });
  const slow: Model = {
    id: 'slow',
    generate: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          told();
          reject(new ModelError('infrastructure', 'cancelled'));
        });
      }),
  };
  await withServer({ models: [slow] }, async ({ baseUrl }) => {
    const leaver = new AbortController();
    const asked = fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'slow', messages }),
      signal: leaver.signal,
    });
    setTimeout(() => leaver.abort(), 30);
    await assert.rejects(asked);
    await cancelled;
  });
});

test('addresses that are none are answered, and the server goes on', () =>
  withServer({}, async ({ baseUrl }) => {
    const { hostname, port } = new URL(baseUrl);
    const statusOf = (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get({ hostname, port, path }, response => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject);
      });
    assert.equal(await statusOf('//'), 404);
    assert.equal(await statusOf('http://[/'), 404);
    assert.equal(await statusOf('/v1/models/%E0%A4%A'), 400);
    assert.equal(await statusOf('/v1/models'), 200);
  }));
