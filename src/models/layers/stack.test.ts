/** The layers together, against a real HTTP server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Completion, type GenerateRequest, ModelError } from '../model.ts';
import { openProviderModel } from '../provider/provider.ts';
import { request } from '../testing/fake-model.ts';
import { assertFaultsReported } from '../testing/reported-faults.ts';
import {
  everyFault,
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from '../testing/scripted-server.ts';
import { createBudget } from './budget.ts';
import { memoryLog } from './completion-log.ts';
import { createTally } from './events.ts';
import { createScheduler } from './scheduler.ts';
import { malformation } from './screen.ts';
import { type StackOptions, stack } from './stack.ts';

const tools = ['search_hotel', 'book_hotel'].map(name => ({
  name,
  description: '',
  parameters: { type: 'object' },
  mutating: false,
}));
const policy: ScriptedServerOptions['policy'] = (_, seed) =>
  seed % 2
    ? { text: `said ${seed}` }
    : { toolCalls: [{ name: 'search_hotel', arguments: `{"n": ${seed}}` }] };

const withServer = async (
  options: Partial<ScriptedServerOptions>,
  use: (
    server: ScriptedServer,
    open: (options: StackOptions, timeoutMs?: number) => ReturnType<typeof stack>,
  ) => Promise<void>,
) => {
  const server = await startScriptedServer({ policy, ...options });
  const open = (layers: StackOptions, timeoutMs = 1000) =>
    stack(
      openProviderModel(`${server.baseUrl}#scripted`, { environment: {}, timeoutMs, sampleSeeds: true }),
      layers,
    );
  try {
    await use(server, open);
  } finally {
    await server.close();
  }
};

const content = (completions: readonly Completion[]) =>
  completions.map(({ text, toolCalls }) => text ?? toolCalls[0]?.function.arguments);

test('with every kind of fault at 5 % every request is answered, and what comes out is sound', async () => {
  await withServer({ faults: everyFault(0.05) }, async (server, open) => {
    const tally = createTally();
    const model = open(
      {
        screen: {},
        record: memoryLog(),
        retry: { baseMs: 1, capMs: 5 },
        scheduler: createScheduler({ maxInFlight: 20 }),
        observe: tally.observe,
      },
      500,
    );
    const requests: GenerateRequest[] = Array.from({ length: 100 }, (_, seed) => request({ seed, tools }));
    const answers = await Promise.all(requests.map(each => model.generate(each)));
    for (const [completion] of answers) assert.equal(malformation(completion!, { tools }), undefined);
    const counts = tally.counts();
    const { faults: made } = server.stats();
    assertFaultsReported(counts, made);
    for (const kind of ['unknown-tool', 'bad-arguments', 'empty']) assert.ok(counts[`resample ${kind}`]! > 0);
  });
});

test('batched, separate, cached and resumed requests get the same replies', async () => {
  const siblings = [3, 1, 2].map(seed => request({ seed, tools }));
  const expected = siblings.map(({ seed }) => (seed % 2 ? `said ${seed}` : `{"n": ${seed}}`));
  for (const batches of [true, false]) {
    await withServer({ batches }, async (server, open) => {
      const log = memoryLog();
      for (const [layers, requests] of [
        [{}, 3],
        [{ coalesce: true, record: log }, batches ? 4 : 6],
        [{ coalesce: true, record: log }, batches ? 4 : 6],
      ] as const) {
        const model = open(layers);
        const answers = await Promise.all(siblings.map(each => model.generate(each)));
        assert.deepEqual(answers.flatMap(content), expected);
        assert.equal(server.stats().requests, requests, `batches ${batches}`);
      }
    });
  }
});

test('a killed run asks again only what was in flight', async () => {
  await withServer({ latencyMs: 5 }, async (server, open) => {
    const log = memoryLog();
    const requests = Array.from({ length: 30 }, (_, seed) => request({ seed, tools }));
    const layers = (): StackOptions => ({ record: log, scheduler: createScheduler({ maxInFlight: 4 }) });
    const kill = new AbortController();
    const first = open(layers());
    let answered = 0;
    const ended = await Promise.allSettled(
      requests.map(async each => {
        await first.generate(each, kill.signal);
        if (++answered === 10) kill.abort();
      }),
    );
    assert.ok(ended.some(({ status }) => status === 'rejected'));
    const second = open(layers());
    await Promise.all(requests.map(each => second.generate(each)));
    assert.ok(server.stats().requests <= 34, `${server.stats().requests}`);
    assert.ok(server.stats().repeated <= 4);
  });
});

test('at the cap nothing more is sent', async () => {
  await withServer({}, async (server, open) => {
    const budget = createBudget({ maxCalls: 7 });
    const model = open({ budget, retry: {}, scheduler: createScheduler() });
    const ended = await Promise.allSettled(
      Array.from({ length: 20 }, (_, seed) => model.generate(request({ seed }))),
    );
    assert.equal(server.stats().requests, 7);
    assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 7);
    for (const end of ended) {
      if (end.status === 'rejected')
        assert.ok(end.reason instanceof ModelError && end.reason.fault === 'budget');
    }
  });
});

test('equal greedy requests reach the endpoint once, whoever asks', async () => {
  await withServer({ latencyMs: 5 }, async (server, open) => {
    const cache = memoryLog();
    for (let run = 0; run < 2; run++) {
      const model = open({ cache, coalesce: true });
      await Promise.all([1, 2, 3].map(seed => model.generate(request({ seed, temperature: 0 }))));
    }
    assert.equal(server.stats().requests, 1);
  });
});
