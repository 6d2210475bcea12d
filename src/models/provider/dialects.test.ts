/** What really goes over the wire to each provider, seen from a server that takes their place. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type Message, toolCall } from '../../dialogue/message.ts';
import { RequestFault } from '../fault.ts';
import { request } from '../testing/fake-model.ts';
import { openProviderModel } from './provider.ts';

interface Seen {
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Record<string, unknown>;
}

/** Answers every request with `reply` and gives back what it saw. */
const standIn = async (
  reply: object | { readonly redirect: string } | ((body: Seen['body']) => object),
  use: (baseUrl: string) => Promise<void>,
) => {
  const seen: Seen[] = [];
  const server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const body = JSON.parse(text) as Seen['body'];
    seen.push({ path: incoming.url!, headers: incoming.headers, body });
    const answer = typeof reply === 'function' ? reply(body) : reply;
    if ('redirect' in answer) response.writeHead(307, { location: String(answer.redirect) });
    else response.writeHead('error' in answer ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
  return seen;
};

const environment = { OPENAI_API_KEY: 'ko', ANTHROPIC_API_KEY: 'ka', GEMINI_API_KEY: 'kg' };
const tools = [
  { name: 'find', description: 'Finds.', parameters: { type: 'object', properties: {} }, mutating: false },
];
const conversation: readonly Message[] = [
  { role: 'system', content: 'Be helpful.' },
  { role: 'assistant', content: 'Hello.' },
  { role: 'user', content: 'Find it.' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [toolCall('c1', 'find', '{ "a": 1 }'), toolCall('c2', 'find', '{"a": ')],
  },
  { role: 'tool', tool_call_id: 'c1', content: '[]' },
  { role: 'tool', tool_call_id: 'c2', content: 'ERROR: not JSON' },
  { role: 'assistant', content: '' },
  { role: 'user', content: 'And?' },
  { role: 'system', content: 'Answer now.' },
];
const asked = request({ messages: conversation, tools, temperature: 0.7, maxTokens: 50 });

test('OpenAI gets messages as they are, the seed, n, and its key as bearer', async () => {
  const choice = (content: string, index: number) => ({
    index,
    message: { role: 'assistant', content },
    finish_reason: 'stop',
    logprobs: { content: [{ token: content, logprob: -1 - index, top_logprobs: [] }] },
  });
  const reply = {
    id: 'x',
    choices: [choice('one', 0), choice('two', 1)],
    usage: { prompt_tokens: 9, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } },
  };
  const [seen] = await standIn(reply, async baseUrl => {
    const model = openProviderModel('openai:gpt-4o', { environment, baseUrl, logProbabilities: true });
    const completions = await model.generate({ ...asked, n: 2 });
    assert.deepEqual(completions, [
      {
        text: 'one',
        toolCalls: [],
        usage: { inputTokens: 9, outputTokens: 3, cachedTokens: 4 },
        finishReason: 'stop',
        logProbability: -1,
      },
      {
        text: 'two',
        toolCalls: [],
        usage: { inputTokens: 0, outputTokens: 2 },
        finishReason: 'stop',
        logProbability: -2,
      },
    ]);
  });
  assert.equal(seen?.path, '/chat/completions');
  assert.equal(seen?.headers.authorization, 'Bearer ko');
  const { model, n, seed, temperature, max_tokens, messages } = seen!.body;
  assert.deepEqual([model, n, seed, temperature, max_tokens], ['gpt-4o', 2, 7, 0.7, 50]);
  const sent = messages as Message[];
  assert.deepEqual(
    sent.map(({ role }) => role),
    conversation.map(({ role }) => role),
  );
  assert.deepEqual(sent[3], {
    role: 'assistant',
    content: '',
    tool_calls: [
      toolCall('c1', 'find', '{ "a": 1 }'),
      toolCall('c2', 'find', '{"malformed_arguments":"{\\"a\\": "}'),
    ],
  });
});

test('OpenAI’s refusals of parameters are learnt from', async () => {
  const refusal = {
    error: {
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      param: 'max_tokens',
      code: 'unsupported_parameter',
    },
  };
  const reply = { choices: [{ message: { role: 'assistant', content: 'Hi.' } }] };
  const seen = await standIn(
    body => ('max_tokens' in body ? refusal : reply),
    async baseUrl => {
      const model = openProviderModel('openai:o9', { environment, baseUrl });
      for (const seed of [1, 2]) assert.equal((await model.generate({ ...asked, seed }))[0]?.text, 'Hi.');
    },
  );
  assert.deepEqual(
    seen.map(({ body }) => body.max_completion_tokens),
    [undefined, 50, 50],
  );
});

/** Thoughts that a provider signed go back with their signatures, or it refuses them. */
test('what Anthropic thought goes back as it came, signature included', async () => {
  const thought = { type: 'thinking', thinking: 'The user wants it found.', signature: 'c2lnbmVk' };
  const reply = {
    type: 'message',
    id: 'x',
    model: 'm',
    role: 'assistant',
    content: [thought, { type: 'tool_use', id: 't1', name: 'find', input: { a: 2 } }],
    stop_reason: 'tool_use',
    usage: { input_tokens: 9, output_tokens: 5 },
  };
  const seen = await standIn(reply, async baseUrl => {
    const model = openProviderModel('anthropic:claude-sonnet-4-5', { environment, baseUrl });
    const [completion] = await model.generate(asked);
    assert.equal(completion?.reasoning, 'The user wants it found.');
    const { reasoning, extra, toolCalls } = completion!;
    await model.generate({
      ...asked,
      messages: [
        { role: 'user', content: 'Find it.' },
        { role: 'assistant', content: null, tool_calls: toolCalls, reasoning: reasoning!, extra: extra! },
        { role: 'tool', tool_call_id: 't1', content: '[]' },
      ],
    });
  });
  const [, assistant] = seen[1]!.body.messages as { content: unknown[] }[];
  assert.deepEqual(assistant?.content[0], thought);
});

test('Gemini’s thought signatures go back with the calls and texts that they came with', async () => {
  const parts = [
    { text: 'Looking.', thoughtSignature: 'dGV4dA==' },
    { functionCall: { name: 'find', args: { a: 2 } }, thoughtSignature: 'Y2FsbA==' },
  ];
  const reply = {
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 5, thoughtsTokenCount: 3 },
  };
  const seen = await standIn(reply, async baseUrl => {
    const model = openProviderModel('google:gemini-3-pro', { environment, baseUrl });
    const [completion] = await model.generate(asked);
    assert.equal(completion?.usage.reasoningTokens, 3);
    const { text, extra, toolCalls } = completion!;
    await model.generate({
      ...asked,
      messages: [
        { role: 'user', content: 'Find it.' },
        { role: 'assistant', content: text, tool_calls: toolCalls, ...(extra && { extra }) },
        { role: 'tool', tool_call_id: toolCalls[0]!.id, content: '[]' },
      ],
    });
  });
  const [, model] = seen[1]!.body.contents as { parts: { thoughtSignature?: string }[] }[];
  assert.deepEqual(
    model?.parts.map(({ thoughtSignature }) => thoughtSignature),
    ['dGV4dA==', 'Y2FsbA=='],
  );
});

test('Anthropic gets system messages first, a user who begins, arguments as objects, and its key in its own header', async () => {
  const reply = {
    type: 'message',
    id: 'x',
    model: 'm',
    role: 'assistant',
    content: [
      { type: 'text', text: 'Looking.' },
      { type: 'tool_use', id: 't1', name: 'find', input: { a: 2 } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 9, output_tokens: 5 },
  };
  const [seen] = await standIn(reply, async baseUrl => {
    const model = openProviderModel('anthropic:claude-sonnet-4-5', { environment, baseUrl });
    const [completion] = await model.generate(asked);
    assert.equal(completion?.text, 'Looking.');
    assert.deepEqual(completion?.toolCalls, [toolCall('t1', 'find', '{"a":2}')]);
    assert.equal(completion?.finishReason, 'tool-calls');
    assert.deepEqual(completion?.usage, { inputTokens: 9, outputTokens: 5 });
  });
  assert.equal(seen?.headers['x-api-key'], 'ka');
  const sent = seen!.body.messages as {
    role: string;
    content: { type: string; text?: string; input?: unknown }[];
  }[];
  assert.deepEqual(
    sent.map(({ role }) => role),
    ['user', 'assistant', 'user', 'assistant', 'user', 'assistant', 'user'],
  );
  assert.deepEqual(
    sent[3]!.content.map(part => part.input),
    [{ a: 1 }, { malformed_arguments: '{"a": ' }],
  );
  assert.ok(sent.at(-1)!.content.some(part => part.text === 'Answer now.'));
  assert.ok(sent.every(({ content }) => content.every(part => part.type !== 'text' || part.text?.trim())));
});

test('Google gets its key in its own header, and a lone system message as what the user says', async () => {
  const reply = {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 5, totalTokenCount: 14 },
  };
  const seen = await standIn(reply, async baseUrl => {
    const model = openProviderModel('google:gemini-2.5-flash', { environment, baseUrl });
    assert.equal((await model.generate(asked))[0]?.text, 'Hi.');
    await model.generate(request({ messages: [{ role: 'system', content: 'Open the conversation.' }] }));
  });
  assert.equal(seen[0]?.headers['x-goog-api-key'], 'kg');
  assert.ok(!seen[0]?.path.includes('kg'));
  assert.deepEqual(seen[1]?.body.contents, [{ role: 'user', parts: [{ text: 'Open the conversation.' }] }]);
});

test('a base URL of the environment is where the key goes', async () => {
  const reply = { id: 'x', choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' } }] };
  const [seen] = await standIn(reply, async baseUrl => {
    const there = { ...environment, OPENAI_BASE_URL: `${baseUrl}/v1/` };
    const model = openProviderModel('openai:gpt-4o', { environment: there });
    assert.equal((await model.generate(asked))[0]?.text, 'Hi.');
  });
  assert.deepEqual([seen?.path, seen?.headers.authorization], ['/v1/chat/completions', 'Bearer ko']);
  assert.throws(
    () =>
      openProviderModel('openai:gpt-4o', { environment: { ...environment, OPENAI_BASE_URL: 'localhost' } }),
    /OPENAI_BASE_URL/,
  );
});

test('no redirect is followed: a key must not travel on', async () => {
  const elsewhere = await standIn({ ok: true }, async other => {
    const seen = await standIn({ redirect: `${other}/stolen` }, async baseUrl => {
      const model = openProviderModel('anthropic:claude-sonnet-4-5', { environment, baseUrl });
      await assert.rejects(
        model.generate(asked),
        (thrown: unknown) =>
          thrown instanceof RequestFault && thrown.kind === 'refused' && thrown.status === 307,
      );
    });
    assert.equal(seen.length, 1);
  });
  assert.equal(elsewhere.length, 0);
});

test('an answer without a completion is told from other faults', async () => {
  await standIn(
    { id: 'x', choices: [], usage: { prompt_tokens: 1, completion_tokens: 0 } },
    async baseUrl => {
      const model = openProviderModel('openai:gpt-4o', { environment, baseUrl });
      await assert.rejects(
        model.generate(request()),
        (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'no-choice',
      );
    },
  );
});
