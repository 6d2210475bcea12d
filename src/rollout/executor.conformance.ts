/** What every executor must do. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { defaultSearch } from '../search/josh/josh.ts';
import type { CastSpec } from './cast.ts';
import type { Executor } from './executor.ts';
import type { EpisodeJob, TreeJob } from './job.ts';

/** A whole cast without any model. */
const cast: CastSpec = {
  environment: { name: 'hamlet' },
  agent: 'fallible-script',
  pace: 'turns',
  protocol: 'default',
  model: null,
  user: 'agenda',
  userModel: null,
  maxTokens: 64,
};
const place = (index: number) => ({ split: 'train', index, seed: index, temperature: 1 });
const tree = (index: number): TreeJob => ({
  kind: 'tree',
  ...place(index),
  search: { ...defaultSearch, beam: 4 },
});
const episode = (index: number): EpisodeJob => ({
  kind: 'episode',
  ...place(index),
  maxMessages: 15,
  maxTries: 20,
  maxSteps: 1000,
});
const jobs = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? tree(i) : episode(i)));

/**
 * What every executor must do.
 * @param open gives an executor that does at most so many jobs at a time
 */
export const executorConformance = (
  name: string,
  open: (t: TestContext, atOnce: number) => Promise<Executor>,
): void => {
  describe(name, () => {
    const done = async (executor: Executor): Promise<Map<number, string>> => {
      const results = new Map<number, string>();
      await executor.run(cast, jobs, (result, job) => {
        assert.ok(!results.has(job.index), 'no job is done twice');
        assert.equal('nodes' in result, job.kind === 'tree');
        results.set(job.index, JSON.stringify(result));
      });
      return new Map([...results].sort(([a], [b]) => a - b));
    };

    test('does every job once, with the same result whoever does it', async t => {
      const alone = await done(await open(t, 1));
      assert.deepEqual([...alone.keys()], [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(await done(await open(t, jobs.length + 1)), alone);
    });

    test('ends at once without jobs', async t => {
      const executor = await open(t, 2);
      await executor.run(cast, [], () => assert.fail('there is no result'));
    });

    test('waits for a result to be taken care of before the next job', async t => {
      const executor = await open(t, 1);
      let [busy, seen] = [0, 0];
      await executor.run(cast, jobs, async () => {
        assert.equal(++busy, 1);
        for (let i = 0; i < 20; i++) await turn();
        busy--;
        seen++;
      });
      assert.equal(seen, jobs.length);
    });

    test('stops when the signal fires, with what was finished delivered', async t => {
      const executor = await open(t, 2);
      const many = Array.from({ length: 10_000 }, (_, i) => tree(i));
      const stop = new AbortController();
      let delivered = 0;
      const stopped = executor.run(
        cast,
        many,
        () => {
          if (++delivered === 3) stop.abort();
        },
        stop.signal,
      );
      await assert.rejects(stopped, { code: 'interrupted' });
      assert.ok(delivered >= 3 && delivered < 100);
      const late = executor.run(cast, many, () => assert.fail('it was stopped before'), stop.signal);
      await assert.rejects(late, { code: 'interrupted' });
    });

    test('a job that throws fails alone: the others are done, then its error is thrown', async t => {
      const nowhere = { ...tree(2), split: 'nowhere' };
      const seen: number[] = [];
      const run = (some: readonly TreeJob[]) =>
        open(t, 1).then(executor => executor.run(cast, some, (_, job) => void seen.push(job.index)));
      await assert.rejects(run([tree(0), nowhere, tree(4)]), { code: 'unknown-split', message: /nowhere/ });
      assert.deepEqual(seen, [0, 4]);
      await assert.rejects(run([nowhere, nowhere, tree(0)]), {
        code: 'unknown-split',
        message: /^2 of 3 tasks failed/,
      });
      assert.deepEqual(seen, [0, 4, 0]);
    });

    test('a cast that cannot be opened, or a result that cannot be kept, ends everything at once', async t => {
      const executor = await open(t, 1);
      const run = (spec: CastSpec) => executor.run(spec, jobs, () => undefined);
      await assert.rejects(
        run({ ...cast, agent: 'function-calling', model: '/nowhere/weights.safetensors' }),
        { code: 'bad-input', message: /nowhere/ },
      );
      await assert.rejects(run({ ...cast, environment: { name: 'nowhere' } }), {
        code: 'unknown-environment',
        hint: /hamlet/,
      });
      let asked = 0;
      const full = Object.assign(new Error('full'), { code: 'store-full' });
      await assert.rejects(
        executor.run(cast, jobs, () => {
          asked++;
          return Promise.reject(full);
        }),
        { code: 'store-full' },
      );
      assert.equal(asked, 1);
    });
  });
};
