import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { BadInputError, JuxtaError } from '../../base/errors.ts';
import { temporaryFolder, tinyDataset } from '../embedded/testing.ts';
import { TrainingInterruptedError } from '../interrupted.ts';
import type { CostEstimate, TrainProgress } from '../trainer.ts';
import { azureService, openaiService } from './openai.ts';
import type { HostedOptions } from './options.ts';
import { HostedRequestError } from './retry.ts';
import type { JobEvent, Service } from './service.ts';
import { type HostedServer, type HostedServerOptions, startHostedServer } from './testing/server.ts';
import { togetherService } from './together.ts';
import { cancelJob, HostedJobFailedError, trainHosted } from './trainer.ts';

const KEY = 'sk-secret-123';
const dataset = tinyDataset(12);
const base = { id: 'openai:gpt-base', path: '' };
const home = await temporaryFolder();
after(() => rm(home, { recursive: true }));
let runs = 0;
let open: HostedServer | undefined;

afterEach(() => open?.close());

const start = async (
  protocol: HostedServerOptions['protocol'],
  changes: Partial<HostedServerOptions> = {},
): Promise<{ readonly server: HostedServer; readonly service: Service }> => {
  await open?.close();
  const server = await startHostedServer({ protocol, key: KEY, ...changes });
  open = server;
  const options = { baseUrl: server.baseUrl, baseMs: 1, pollMs: 1, tries: 4, timeoutMs: 2_000 };
  const environment = { OPENAI_API_KEY: KEY, AZURE_OPENAI_API_KEY: KEY, TOGETHER_API_KEY: KEY };
  const make = { openai: openaiService, azure: azureService, together: togetherService }[protocol];
  return { server, service: make({ ...options, environment }) };
};

const optionsOf = (changes: Partial<HostedOptions> = {}): HostedOptions => ({
  method: 'sft',
  folder: join(home, `run-${++runs}`),
  seed: 7,
  price: 25,
  approve: () => true,
  pollMs: 1,
  ...changes,
});

const train = async (service: Service, options: HostedOptions, signal?: AbortSignal) => {
  const seen: TrainProgress[] = [];
  const model = await trainHosted(service, base, dataset, options, each => seen.push(each), signal);
  return { model, seen };
};

for (const protocol of ['openai', 'azure', 'together'] as const)
  describe(`fine-tuning at ${protocol}`, () => {
    for (const method of ['sft', 'dpo'] as const)
      it(`uploads the data, starts a job, follows it, and names the model: ${method}`, async () => {
        const { server, service } = await start(protocol, { filePending: 2 });
        const events: JobEvent[] = [];
        const options = optionsOf({ method, beta: 0.2, suffix: 'mine', onEvent: each => events.push(each) });
        const { model, seen } = await train(service, options);
        assert.deepEqual(
          seen.map(({ step, steps }) => [step, steps]),
          [1, 2, 3, 4, 5].map(step => [step, 5]),
        );
        assert.equal(events.length, 5);
        if (protocol !== 'together') assert.equal(seen[3]!.loss, 0.25);
        assert.match(model.id, /#(ft:gpt-base:org::abc|me\/gpt-base-ftjob-1)$/);
        const [[, file]] = [...server.files] as [[string, string]];
        assert.ok(file.includes(method === 'sft' ? '"messages"' : '"preferred_output"'));
        const { body } = server.jobs.get('ftjob-1')!;
        assert.equal(body.model, 'gpt-base');
        assert.equal(body.suffix, 'mine');
        assert.match(
          JSON.stringify(body),
          method === 'sft' ? /"n_epochs":3/ : /"n_epochs":1.*beta":0.2|beta":0.2/,
        );
      });

    it('waits out faults that pass', async () => {
      const { server, service } = await start(protocol, {
        faults: [
          { on: 'POST /files', kind: 'busy', retryAfter: 0.05 },
          { on: 'GET /fine', kind: 'broken' },
          { on: 'GET /fine', kind: 'cut' },
          { on: 'GET /fine', kind: 'garbled' },
        ],
      });
      const began = performance.now();
      const { seen } = await train(service, optionsOf());
      assert.equal(seen.length, 5);
      assert.equal(server.jobs.size, 1);
      assert.ok(performance.now() - began >= 50, 'as long as the service asked');
    });

    it('starts one job only, though the answer was lost', async () => {
      const on = protocol === 'together' ? 'POST /fine-tunes' : 'POST /fine_tuning/jobs';
      const { server, service } = await start(protocol, {
        faults: [
          { on, kind: 'cut' },
          { on, kind: 'lost' },
        ],
      });
      await train(service, optionsOf());
      assert.equal(server.jobs.size, 1);
      assert.equal(server.requests.filter(route => route === on).length, 2);
    });

    it('says why a job failed, and starts another on the same file when called again', async () => {
      const states = ['queued', protocol === 'together' ? 'error' : 'failed'];
      const { server, service } = await start(protocol, { states, failure: 'line 3: no assistant message' });
      const options = optionsOf();
      await assert.rejects(train(service, options), (thrown: unknown) => {
        assert.ok(thrown instanceof HostedJobFailedError);
        return /ftjob-1 .*line 3: no assistant message/.test(thrown.message);
      });
      await assert.rejects(train(service, options), HostedJobFailedError);
      assert.deepEqual([server.jobs.size, server.files.size], [2, 1]);
    });

    it('leaves the job running when stopped, follows it again, and does not train what is finished', async () => {
      const states = [
        ...Array.from({ length: 30 }, () => 'running'),
        protocol === 'together' ? 'completed' : 'succeeded',
      ];
      const { server, service } = await start(protocol, { states });
      const options = optionsOf();
      const stop = new AbortController();
      const stopped = train(
        service,
        { ...options, onEvent: ({ step }) => step === 3 && stop.abort() },
        stop.signal,
      );
      await assert.rejects(stopped, TrainingInterruptedError);
      assert.equal(server.jobs.get('ftjob-1')!.cancelled, false);
      const { model } = await train(service, options);
      const { requests } = server;
      const before = requests.length;
      assert.equal((await train(service, options)).model.id, model.id);
      assert.deepEqual([server.jobs.size, server.files.size, requests.length], [1, 1, before]);
    });

    it('cancels a job', async () => {
      const { server, service } = await start(protocol, { states: ['running'] });
      const options = optionsOf();
      const running = train(service, { ...options, onEvent: () => cancelJob(service, options.folder) });
      await assert.rejects(running, (thrown: unknown) => {
        return thrown instanceof HostedJobFailedError && thrown.job.state === 'cancelled';
      });
      assert.equal(server.jobs.get('ftjob-1')!.cancelled, true);
      await assert.rejects(cancelJob(service, home), { code: 'no-job' });
    });

    it('never shows the key', async () => {
      const faults = Array.from({ length: 9 }, () => ({ on: 'POST /files', kind: 'broken' }) as const);
      const { service } = await start(protocol, { faults });
      const options = optionsOf();
      await assert.rejects(train(service, options), (thrown: unknown) => {
        assert.ok(thrown instanceof HostedRequestError);
        assert.match(thrown.message, /500 fault with \[key\]/);
        return !JSON.stringify({ ...thrown, message: thrown.message }).includes(KEY);
      });
      for (const name of await readdir(options.folder))
        assert.ok(!(await readFile(join(options.folder, name), 'utf8')).includes(KEY));
    });
  });

describe('a hosted job', () => {
  it('is not begun before its cost was shown and approved', async () => {
    const { server, service } = await start('openai');
    let shown: CostEstimate | undefined;
    const approve = (estimate: CostEstimate) => {
      shown = estimate;
      return false;
    };
    await assert.rejects(train(service, optionsOf({ approve })), { code: 'not-approved' });
    assert.deepEqual([server.requests.length, shown!.examples, shown!.epochs], [0, 12, 3]);
    assert.equal(shown!.usd, (shown!.tokens * 3 * 25) / 1e6);
  });

  it('begun elsewhere can be followed by its id', async () => {
    const { server, service } = await start('openai');
    await train(service, optionsOf());
    const { model } = await train(service, optionsOf({ job: 'ftjob-1', approve: () => false }));
    assert.match(model.id, /ft:gpt-base/);
    assert.equal(server.jobs.size, 1);
  });

  it('that was created just before a kill is found by its file', async () => {
    const { server, service } = await start('openai');
    const options = optionsOf();
    const forgetting: Service = {
      ...service,
      create: async (...given) => {
        await service.create(...given);
        throw new Error('killed');
      },
    };
    await assert.rejects(train(forgetting, options), /killed/);
    await train(service, options);
    assert.equal(server.jobs.size, 1);
  });

  it('is refused for other data in the same folder, for too few examples, and without a key', async () => {
    const { service } = await start('openai');
    const options = optionsOf();
    await train(service, options);
    await assert.rejects(train(service, { ...options, seed: 8 }), BadInputError);
    const few = trainHosted(service, base, tinyDataset(3), optionsOf(), () => undefined);
    await assert.rejects(few, { code: 'wrong-data' });
    for (const make of [openaiService, azureService, togetherService])
      assert.throws(() => make({ environment: {} }), { code: 'missing-key' });
  });

  it('is not tried again with a wrong key', async () => {
    const { server } = await start('openai');
    const service = openaiService({ baseUrl: server.baseUrl, environment: { OPENAI_API_KEY: 'wrong' } });
    await assert.rejects(train(service, optionsOf()), (thrown: unknown) => {
      return thrown instanceof JuxtaError && /401/.test(thrown.message) && /Check the key/.test(thrown.hint!);
    });
    assert.equal(server.requests.length, 1);
  });
});
