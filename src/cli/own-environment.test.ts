/** An environment that Juxta does not know, named by the path of its module, through the command line. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { juxta, objectOf, rowsIn, temporaryFolder } from './testing.ts';

const registry = new URL('../environments/registry.ts', import.meta.url).href;

/** Hamlet under another name and licence; it leaves a note when it is disposed of. */
const module = (note: string): string => `
import { writeFileSync } from 'node:fs';
import { definitionOf } from ${JSON.stringify(registry)};
const hamlet = await definitionOf({ name: 'hamlet' });
export default {
  ...hamlet, name: 'elsinore', licence: 'cc-by-4.0',
  options: hamlet.options.extend({
    ghosts: hamlet.options.shape.level.unwrap().default(1).describe('how many walk the walls'),
  }),
  open: async ({ ghosts, ...options }) => ({
    ...await hamlet.open(options), name: 'elsinore',
    dispose: async () => writeFileSync(${JSON.stringify(note)}, 'disposed'),
  }),
};`;

test('its options are flags; it is rolled out, exported under its own licence, and disposed of', async t => {
  const folder = temporaryFolder(t);
  const note = join(folder, 'note');
  writeFileSync(join(folder, 'own.mjs'), module(note));
  const help = await juxta(folder, 'rollout', '--environment', './own.mjs', '--help');
  assert.match(
    help.stdout,
    /--ghosts <name> +elsinore: how many walk the walls \(choices: "1", "2",\s+"3", default: 1\)/,
  );
  const where = ['--environment', './own.mjs', '--level', '1', '--ghosts', '3'];
  const rollout = await juxta(folder, 'rollout', ...where, '--agent', 'script', '--tasks', '2', '--json');
  assert.equal(rollout.code, 0, rollout.stderr);
  assert.equal(objectOf(rollout).trees, 2);
  assert.ok(existsSync(note), 'the environment was not disposed of');
  const exported = await juxta(folder, 'export', '--run', 'rollout-1', '--min-reward', '0', '--out', 'data');
  assert.equal(exported.code, 0, exported.stderr);
  const card = readFileSync(join(folder, 'data', 'README.md'), 'utf8');
  assert.match(card, /license: cc-by-4\.0/);
  assert.match(card, /Environment: elsinore/);
  const [run] = rowsIn(folder, 'SELECT configuration FROM runs');
  const { cast } = JSON.parse(String(run?.configuration)) as {
    cast: { environment: { module: string; options: object } };
  };
  assert.match(cast.environment.module, /^\/.*own\.mjs$/, 'a run can be resumed from any folder');
  assert.deepEqual(cast.environment.options, { level: 1, ghosts: 3 });
});

test('what is no environment is told of before a run begins', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'empty.mjs'), 'export default {}');
  for (const [path, wrong] of [
    ['./empty.mjs', /no environment as its default export/],
    ['./nowhere.mjs', /cannot be loaded: .*nowhere\.mjs/],
  ] as const) {
    const { code, stderr } = await juxta(folder, 'rollout', '--environment', path, '--agent', 'script');
    assert.equal(code, 1);
    assert.match(stderr, wrong);
  }
  assert.deepEqual(rowsIn(folder, 'SELECT id FROM runs'), []);
});

test('a run goes on with a module that has changed only if it is told to', async t => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'own.mjs');
  writeFileSync(file, module(join(folder, 'note')));
  await juxta(folder, 'rollout', '--environment', './own.mjs', '--agent', 'script', '--tasks', '1');
  const database = new DatabaseSync(join(folder, '.juxta', 'juxta.sqlite'));
  database.exec("UPDATE runs SET status = 'stopped'");
  database.close();
  writeFileSync(file, `${module(join(folder, 'note'))} // another`);
  const refused = await juxta(folder, 'rollout', '--resume');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /own\.mjs has changed since the run was begun\n.*--changed-environment/);
  const gone = await juxta(folder, 'rollout', '--resume', '--changed-environment');
  assert.equal(gone.code, 0, gone.stderr);
});
