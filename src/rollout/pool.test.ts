import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { scriptedCast, treeJob } from '../runs/testing.ts';
import type { Tree } from '../search/tree.ts';
import type { CastSpec } from './cast.ts';
import { doJobs } from './pool.ts';

const means = (threads: number) => ({ threads, runModels: undefined });
const jobs = Array.from({ length: 6 }, (_, i) => treeJob(i));

const treesWith = async (threads: number, cast: CastSpec = scriptedCast): Promise<Map<string, string>> => {
  const trees = new Map<string, string>();
  await doJobs(cast, jobs, means(threads), (tree: Tree) => {
    trees.set(tree.task, JSON.stringify(tree));
  });
  return trees;
};

test('every job is done once, with the same result on one thread and on more than there are jobs', async () => {
  const one = await treesWith(1);
  const many = await treesWith(jobs.length + 1);
  assert.equal(one.size, jobs.length);
  assert.deepEqual(new Map([...many].sort()), new Map([...one].sort()));
});

test('a result is taken care of before its worker gets the next job', async () => {
  let busy = 0;
  await doJobs(scriptedCast, jobs.slice(0, 3), means(1), async () => {
    assert.equal(++busy, 1);
    await wait(20);
    busy--;
  });
});

test('an interruption ends it at once; what was finished was delivered', async () => {
  const stop = new AbortController();
  let delivered = 0;
  const working = doJobs(
    scriptedCast,
    Array.from({ length: 10_000 }, (_, i) => treeJob(i)),
    means(2),
    () => {
      if (++delivered === 3) stop.abort();
    },
    stop.signal,
  );
  await assert.rejects(working, { code: 'interrupted' });
  assert.ok(delivered >= 3 && delivered < 100);
  await assert.rejects(treesWithSignal(stop.signal), { code: 'interrupted' });
});

const treesWithSignal = (signal: AbortSignal): Promise<void> =>
  doJobs(scriptedCast, jobs, means(1), () => undefined, signal);

test('what goes wrong in a worker, or with a result, is thrown with its own code', async () => {
  const lost: CastSpec = {
    ...scriptedCast,
    agent: 'function-calling',
    model: '/nowhere/weights.safetensors',
  };
  await assert.rejects(treesWith(2, lost), { code: 'bad-input', message: /nowhere/ });
  const unknown: CastSpec = { ...scriptedCast, environment: { name: 'nowhere' } };
  await assert.rejects(treesWith(1, unknown), { code: 'unknown-environment', hint: /hamlet/ });
  const full = Object.assign(new Error('full'), { code: 'store-full' });
  await assert.rejects(
    doJobs(scriptedCast, jobs, means(2), () => Promise.reject(full)),
    { code: 'store-full' },
  );
});
