import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { closeEnvironments, openEnvironment } from './open.ts';
import { builtIn, definitionOf } from './registry.ts';
import { readEnvironmentSpec } from './spec.ts';
import { withDivision } from './tau-bench/hashed-splits.ts';
import { openTau } from './tau-bench/open.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const skip = existsSync(join(shared, 'tau-bench')) ? false : `there is no τ-bench in ${shared}`;

for (const { name, purposes } of builtIn)
  test(`${name} has the splits of its purposes, and no task serves two of them`, {
    skip: name === 'hamlet' ? false : skip,
  }, async () => {
    const environment = await openEnvironment({ name });
    const seen = new Set<string>();
    for (const split of [purposes.train, purposes.gate, purposes.test]) {
      const tasks = environment.tasks(split);
      assert.ok(tasks.length >= 5, `${split} has ${tasks.length}`);
      for (const { id } of tasks) {
        assert.ok(!seen.has(id), `${id} serves two purposes`);
        seen.add(id);
      }
    }
  });

test('a task stays in its part of a divided split, whichever other tasks there are', { skip }, async () => {
  const airline = await openTau('airline', { data: join(shared, 'tau-bench') });
  const division = { of: 'test', tenths: { most: 8, rest: 2 } };
  const whole = withDivision(airline, division);
  const half = withDivision(
    { ...airline, tasks: split => airline.tasks(split).filter((_, i) => i % 2 === 0) },
    division,
  );
  const idsIn = (environment: typeof whole, part: string) => environment.tasks(part).map(({ id }) => id);
  for (const part of ['most', 'rest'])
    assert.deepEqual(
      idsIn(half, part),
      idsIn(whole, part).filter(id => Number(id.split('/').at(-1)) % 2 === 0),
    );
  assert.deepEqual(
    [...idsIn(whole, 'most'), ...idsIn(whole, 'rest')].sort(),
    idsIn(airline as never, 'test').sort(),
  );
  assert.deepEqual(whole.tasks('most', { start: 3, count: 2 }), whole.tasks('most').slice(3, 5));
  assert.deepEqual(whole.notes, airline.notes);
});

test('a name, an option or a value that an environment does not know is told of', async () => {
  await assert.rejects(openEnvironment({ name: 'elsinore' }), {
    code: 'unknown-environment',
    hint: /hamlet/,
  });
  await assert.rejects(openEnvironment({ name: 'hamlet', options: { lvl: 1 } }), {
    code: 'bad-environment-option',
    message: /lvl/,
    hint: /seed, level, leftOut/,
  });
  await assert.rejects(openEnvironment({ name: 'hamlet', options: { level: 7 } }), {
    code: 'bad-environment-option',
    message: /hamlet, level: /,
  });
});

test('two who open an environment at once get the same one, and its data are read once', async () => {
  const [first, second] = await Promise.all([1, 2].map(() => openEnvironment({ name: 'hamlet' })));
  assert.equal(first, second);
});

test('what a run of an earlier version was stored with is read as today', () => {
  for (const [stored, read] of [
    [{ name: 'hamlet', rules: 'reference' }, { name: 'hamlet' }],
    [
      { name: 'hamlet', rules: 'reference', level: 3, leftOut: 'train' },
      { name: 'hamlet', options: { level: 3, leftOut: 'train' } },
    ],
    [
      { name: 'toolwoz', rules: 'corrected', data: '/d' },
      { name: 'toolwoz', options: { data: '/d', rules: 'corrected' } },
    ],
    [
      { name: 'toolwoz', options: { data: '/d' } },
      { name: 'toolwoz', options: { data: '/d' } },
    ],
    [{ module: '/m.ts' }, { module: '/m.ts' }],
  ])
    assert.deepEqual(readEnvironmentSpec(stored), read);
  for (const stored of [{ name: 'hamlet', colour: 'red' }, 'hamlet', null])
    assert.throws(() => readEnvironmentSpec(stored), {
      code: 'unknown-environment',
      hint: /begin the run anew/,
    });
});

test('a module’s default export is an environment like any other, with a licence of its own', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-environment-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const hamlet = fileURLToPath(new URL('./hamlet/definition.ts', import.meta.url));
  const disposed = `const { hamlet } = await import(${JSON.stringify(hamlet)});
    export const log = [];
    export default { ...hamlet, name: 'elsinore', licence: 'cc-by-4.0',
      open: async options => ({ ...await hamlet.open(options), name: 'elsinore', dispose: async () => { log.push('disposed'); } }) };`;
  const module = write('own.mjs', disposed);
  const environment = await openEnvironment({ module, options: { seed: 4 } });
  assert.equal(environment.name, 'elsinore');
  assert.match(environment.tasks('train', { count: 1 })[0]!.id, /^hamlet-2-train-4-0$/);
  assert.equal((await definitionOf({ module })).licence, 'cc-by-4.0');
  await closeEnvironments();
  assert.deepEqual(((await import(module)) as { log: string[] }).log, ['disposed']);
  await assert.rejects(definitionOf({ module: write('empty.mjs', 'export default {}') }), {
    code: 'bad-module',
    message: /no environment as its default export/,
  });
  await assert.rejects(definitionOf({ module: join(folder, 'nowhere.mjs') }), {
    code: 'bad-module',
    message: /cannot be loaded/,
  });
});
