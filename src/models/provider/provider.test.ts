import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import { JuxtaError } from '../../base/errors.ts';
import { type FaultKind, RequestFault } from '../fault.ts';
import { createTally, type ModelEvent } from '../layers/events.ts';
import { sampleSeed, seedsOf } from '../layers/samples.ts';
import { request } from '../testing/fake-model.ts';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  type ServerFault,
  startScriptedServer,
} from '../testing/scripted-server.ts';
import { openProviderModel, type ProviderOptions } from './provider.ts';

const SECRET = 'sk-very-secret-0123456789';
const echo: ScriptedServerOptions['policy'] = ({ toolNames, messages }, seed) =>
  toolNames.length > 0
    ? { toolCalls: [{ name: toolNames[0]!, arguments: `{"seed": ${seed}}` }] }
    : { text: `${messages.length} messages, seed ${seed}` };

const servers: ScriptedServer[] = [];
const serve = async (options: Partial<ScriptedServerOptions> = {}): Promise<ScriptedServer> => {
  const server = await startScriptedServer({ policy: echo, ...options });
  servers.push(server);
  return server;
};
after(() => Promise.all(servers.map(server => server.close())));

const open = (server: ScriptedServer, options: ProviderOptions = {}) =>
  openProviderModel(`${server.baseUrl}#scripted`, { environment: {}, ...options });

let plain: ScriptedServer;
before(async () => {
  plain = await serve();
});

const tools = [{ name: 'find', description: 'Finds.', parameters: { type: 'object' }, mutating: false }];

test('an OpenAI-compatible endpoint answers with text, usage and the reason it stopped', async () => {
  const [completion, ...more] = await open(plain).generate(request());
  assert.deepEqual(completion, {
    text: '1 messages, seed 7',
    toolCalls: [],
    usage: { inputTokens: 2, outputTokens: 5 },
    finishReason: 'stop',
  });
  assert.equal(more.length, 0);
});

test('tool calls come as the model wrote them', async () => {
  const [completion] = await open(plain).generate(request({ tools }));
  assert.equal(completion?.text, null);
  assert.equal(completion?.finishReason, 'tool-calls');
  assert.deepEqual(completion?.toolCalls[0]?.function, { name: 'find', arguments: '{"seed": 7}' });
});

test('several samples come from one request, and their usage adds up to what was paid', async () => {
  const { requests } = plain.stats();
  const asked = request({ n: 3 });
  const completions = await open(plain, { sampleSeeds: true }).generate(asked);
  assert.equal(plain.stats().requests - requests, 1);
  assert.deepEqual(
    completions.map(({ text }) => text),
    seedsOf(asked).map(seed => `1 messages, seed ${seed & 0x7fffffff}`),
  );
  assert.deepEqual(
    completions.map(({ usage }) => usage.inputTokens),
    [2, 0, 0],
  );
  assert.equal(sampleSeed(7, 0), 7);
});

test('log-probabilities are summed where they are offered', async () => {
  const completions = await open(plain, { logProbabilities: true }).generate(request({ n: 2 }));
  assert.deepEqual(
    completions.map(({ logProbability }) => logProbability),
    [-0.5, -1],
  );
});

test('each fault of an endpoint has its name, and says whether to try again and whether it may be paid', async () => {
  const cases: readonly (readonly [ServerFault, FaultKind, boolean, boolean])[] = [
    ['rate-limit', 'rate-limit', true, false],
    ['error-500', 'server', true, false],
    ['error-503', 'server', true, false],
    ['reset', 'reset', true, true],
    ['hang', 'timeout', true, true],
    ['truncated', 'truncated', true, true],
  ];
  for (const [fault, kind, passing, mayBePaid] of cases) {
    const server = await serve({ faults: { [fault]: 1 }, retryAfter: 2 });
    const model = open(server, { timeoutMs: 60 });
    await assert.rejects(model.generate(request()), (thrown: unknown) => {
      assert.ok(thrown instanceof RequestFault, String(thrown));
      assert.deepEqual(
        [thrown.kind, thrown.passing, thrown.mayBePaid, thrown.fault],
        [kind, passing, mayBePaid, 'infrastructure'],
      );
      if (kind === 'rate-limit') assert.equal(thrown.retryAfterMs, 2000);
      return true;
    });
  }
});

test('an endpoint that is not there is unreachable', async () => {
  const gone = await startScriptedServer({ policy: echo });
  await gone.close();
  const model = open(gone);
  await assert.rejects(
    model.generate(request()),
    (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'unreachable' && !thrown.mayBePaid,
  );
});

test('cancellation reaches the socket', async () => {
  const server = await serve({ latencyMs: 5000 });
  const controller = new AbortController();
  const asked = open(server).generate(request(), controller.signal);
  while (server.stats().requests === 0) await new Promise(resolve => setTimeout(resolve, 2));
  controller.abort();
  await assert.rejects(
    asked,
    (thrown: unknown) => thrown instanceof RequestFault && thrown.kind === 'aborted',
  );
  for (let i = 0; i < 100 && server.stats().abandoned === 0; i++) {
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  assert.equal(server.stats().abandoned, 1);
});

test('a key goes to its own host only, and is in no error, event or property', async () => {
  const server = await serve({ key: SECRET });
  const { host } = new URL(server.baseUrl);
  const variable = `JUXTA_KEY_${host.replaceAll(/[.:]/g, '_')}`;
  const events: ModelEvent[] = [];
  const right = open(server, { environment: { [variable]: SECRET }, observe: event => events.push(event) });
  assert.equal((await right.generate(request())).length, 1);
  assert.ok(!inspect([right, events], { depth: 9, showHidden: true }).includes(SECRET));

  const other = open(server, { environment: { OPENAI_API_KEY: SECRET, JUXTA_KEY_ELSEWHERE: SECRET } });
  await assert.rejects(other.generate(request()), (thrown: unknown) => {
    assert.ok(thrown instanceof RequestFault && thrown.status === 401 && !thrown.passing);
    return true;
  });

  const echoing = await serve({ policy: () => assert.fail(`who sends ${SECRET}?`) });
  const name = `JUXTA_KEY_${new URL(echoing.baseUrl).host.replaceAll(/[.:]/g, '_')}`;
  await assert.rejects(
    open(echoing, { environment: { [name]: SECRET } }).generate(request()),
    (thrown: unknown) => {
      const shown = inspect(thrown, { depth: 9, showHidden: true });
      assert.ok(shown.includes('[key]') && !shown.includes(SECRET), shown);
      return true;
    },
  );
});

test('a missing key is said before the first call, with what to do', () => {
  for (const spec of ['openai:gpt-4o', 'anthropic:claude-sonnet-4-5', 'google:gemini-2.5-flash']) {
    assert.throws(
      () => openProviderModel(spec, { environment: {} }),
      (thrown: unknown) =>
        thrown instanceof JuxtaError && thrown.code === 'missing-key' && /_API_KEY/.test(thrown.hint ?? ''),
    );
  }
});

test('calls are reported to the observer', async () => {
  const tally = createTally();
  const model = open(plain, { observe: tally.observe });
  await Promise.all([1, 2].map(seed => model.generate(request({ seed }))));
  assert.deepEqual(tally.counts(), { call: 2 });
});
