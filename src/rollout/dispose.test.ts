/** Environments that hold something are disposed of in every thread that opened one, whichever way the run ends. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CastSpec } from './cast.ts';
import { scriptedCast, treeJob } from './testing.ts';
import { threadExecutor } from './threads.ts';

const registry = new URL('../environments/registry.ts', import.meta.url).href;

/** Hamlet, which notes when it is opened and when it is disposed of. */
const noting = (log: string): string => `
import { appendFileSync } from 'node:fs';
import { definitionOf } from ${JSON.stringify(registry)};
const hamlet = await definitionOf({ name: 'hamlet' });
const note = text => appendFileSync(${JSON.stringify(log)}, text + ' ');
export default {
  ...hamlet, name: 'elsinore',
  open: async options => {
    note('opened');
    return { ...await hamlet.open(options), dispose: async () => note('disposed') };
  },
};`;

test('what a thread has opened is disposed of at the end, on a stop, and after an error', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-dispose-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const log = join(folder, 'log');
  const module = join(folder, 'elsinore.mjs');
  writeFileSync(module, noting(log));
  const cast: CastSpec = { ...scriptedCast, environment: { module } };
  const noted = async (run: () => Promise<void>): Promise<string> => {
    writeFileSync(log, '');
    await run();
    return readFileSync(log, 'utf8').trim();
  };
  const jobs = Array.from({ length: 1000 }, (_, i) => treeJob(i));
  const run = (spec: CastSpec, count: number, onResult: () => Promise<void> | void, signal?: AbortSignal) =>
    threadExecutor(1).run(spec, jobs.slice(0, count), onResult, signal);

  assert.equal(await noted(() => run(cast, 1, () => undefined)), 'opened disposed');
  const stop = new AbortController();
  const stopped = () =>
    assert.rejects(
      run(cast, 1000, () => stop.abort(), stop.signal),
      { code: 'interrupted' },
    );
  assert.equal(await noted(stopped), 'opened disposed');
  const failing = () =>
    assert.rejects(
      run(cast, 1000, () => Promise.reject(new Error('full'))),
      /full/,
    );
  assert.equal(await noted(failing), 'opened disposed');
  const halfOpen = { ...cast, agent: 'function-calling', model: '/nowhere/weights.safetensors' };
  const unopened = () =>
    assert.rejects(
      run(halfOpen, 1, () => undefined),
      { code: 'bad-input' },
    );
  assert.equal(await noted(unopened), 'opened disposed');
});
