import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { hash } from '../../base/random.ts';
import { examine } from './doctor.ts';

interface Sent {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools?: readonly object[];
  readonly seed?: number;
  readonly n?: number;
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly logprobs?: boolean;
}
interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body: object | string;
}

const call = (city: string) => ({
  id: `call_${city}`,
  type: 'function',
  function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
});

/** A healthy endpoint: repeatable by seed, with tools, a stream and a prefix cache. */
const healthy = (sent: Sent): Reply => {
  if (sent.stream) return { type: 'text/event-stream', body: 'data: {}\n\ndata: [DONE]\n\n' };
  const last = sent.messages.at(-1)!;
  const message =
    sent.tools && last.role === 'user'
      ? {
          role: 'assistant',
          content: null,
          tool_calls: [call('Graz'), call('Linz')],
          reasoning_content: 'Hm.',
        }
      : { role: 'assistant', content: `Words ${hash(JSON.stringify(sent.messages), sent.seed ?? 0)}` };
  const choices = Array.from({ length: sent.n ?? 1 }, (_, index) => ({
    index,
    message,
    finish_reason: 'stop',
    ...(sent.logprobs && { logprobs: { content: [{ logprob: -1 }] } }),
  }));
  const long = sent.messages[0]!.content.length > 4000;
  const usage = {
    prompt_tokens: 1000,
    completion_tokens: 5,
    prompt_tokens_details: { cached_tokens: long ? 900 : 0 },
  };
  return { body: { choices, usage } };
};
const list = { data: [{ id: 'm', max_model_len: 8192 }, { id: 'other' }] };

const examined = async (answer: (sent: Sent) => Reply, models: Reply = { body: list }) => {
  const server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const asksForList = incoming.url!.endsWith('/models');
    const {
      status = 200,
      type = 'application/json',
      body,
    } = asksForList ? models : answer(JSON.parse(text) as Sent);
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const model = `http://127.0.0.1:${port}/v1#m`;
    const diagnosis = await examine(model, { environment: {}, mostAtOnce: 4 });
    const verdicts = Object.fromEntries(diagnosis.findings.map(({ name, verdict }) => [name, verdict]));
    const says = (name: string) => diagnosis.findings.find(each => each.name === name)?.says ?? '';
    return { model, diagnosis, verdicts, says };
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
};

test('a healthy endpoint is ready, and all that it can do is told', async () => {
  const { model, diagnosis, verdicts, says } = await examined(healthy);
  const { reasoning, ...others } = verdicts;
  assert.deepEqual(others, {
    reachable: 'yes',
    models: 'yes',
    'context length': 'yes',
    key: 'yes',
    completions: 'yes',
    n: 'yes',
    seed: 'yes',
    logprobs: 'yes',
    streaming: 'yes',
    tools: 'yes',
    'parallel calls': 'yes',
    'results of tools': 'yes',
    concurrency: 'yes',
    'prefix caching': 'yes',
  });
  assert.equal(reasoning, 'yes');
  assert.equal(says('context length'), '8192 tokens');
  assert.deepEqual(diagnosis.options, [`--model ${model}`, '--reply-tokens 4096']);
  assert.ok(diagnosis.requests < 40, `${diagnosis.requests}`);
});

test('calls as text lead to the option that reads them, and to the server’s parser', async () => {
  const { diagnosis, says } = await examined(sent =>
    sent.tools
      ? {
          body: {
            choices: [
              { message: { content: '<tool_call>\n{"name": "get_weather", "arguments": {}}\n</tool_call>' } },
            ],
          },
        }
      : healthy(sent),
  );
  assert.match(says('tools'), /--tool-call-parser hermes/);
  assert.equal(diagnosis.verdict, 'limited');
  assert.ok(diagnosis.options.includes('--tool-calls text'));
});

test('what an endpoint refuses is told: parameters, several samples, tools, and too many at once', async () => {
  const refuse = (message: string, status = 400): Reply => ({ status, body: { error: { message } } });
  let open = 0;
  const { diagnosis, verdicts, says } = await examined(
    sent => {
      if ('seed' in sent) return refuse('Unrecognized request argument supplied: seed');
      if ('n' in sent) return refuse("'n' is not supported");
      if ((sent.max_tokens ?? 0) > 100_000)
        return refuse("This model's maximum context length is 4096 tokens. However, you requested more.");
      if (sent.tools) return refuse('m does not support tools');
      if (sent.messages[0]!.content.startsWith('Tell me') && ++open > 3) return refuse('slow down', 429);
      return healthy(sent);
    },
    { status: 404, body: {} },
  );
  assert.equal(verdicts.n, 'no');
  assert.equal(verdicts.seed, 'no');
  assert.equal(verdicts.tools, 'no');
  assert.equal(verdicts.models, 'unknown');
  assert.equal(says('context length'), '4096 tokens');
  assert.match(says('concurrency'), /then 4 of 4 failed: 429: slow down/);
  assert.deepEqual(diagnosis.options.slice(1), ['--tool-calls text', '--in-flight 2']);
  assert.ok(diagnosis.refuses.some(text => /takes no seed: runs are not repeatable/.test(text)));
});

test('a refused key, a wrong name and a dead address are each told as what they are', async () => {
  const refused = await examined(() => ({ status: 401, body: { error: { message: 'No such key.' } } }));
  assert.equal(refused.diagnosis.verdict, 'unusable');
  assert.match(refused.diagnosis.says, /^key: 401: No such key/);
  const unknown = await examined(() => ({ status: 404, body: { error: { message: 'no model m' } } }), {
    body: { data: [{ id: 'llama' }] },
  });
  assert.match(unknown.says('models'), /not in its list: llama/);
  assert.equal(unknown.diagnosis.verdict, 'unusable');
  const dead = await examine('http://127.0.0.1:9/v1#m', { environment: {} });
  assert.match(dead.says, /^reachable: unreachable/);
});
