import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from './embedded/testing.ts';
import { trainerOf, trainerOptions } from './registry.ts';

const folder = await temporaryFolder();
after(() => rm(folder, { recursive: true }));

test('who is not named is the embedded trainer; who is not there is told, with those that are', async () => {
  assert.equal((await trainerOf(undefined)).name, 'embedded');
  await assert.rejects(trainerOf({ name: 'axolotl' }), {
    code: 'unknown-trainer',
    hint: /embedded, trl, openai/,
  });
});

test('a trainer of one’s own is a module, which is given its options as its schema reads them', async () => {
  const module = join(folder, 'own.ts');
  await writeFile(
    module,
    `import { defineTrainer } from 'juxta';
     import { z } from '${import.meta.resolve('zod')}';
     export default defineTrainer({
       name: 'own', description: '', optionsSchema: z.strictObject({ queue: z.string().default('short') }),
       methods: ['dpo'], hyperparameters: [], plays: 'served', startsFrom: 'anything',
       check: async () => {},
       train: async ({ options, base }) => ({ model: base + ' in ' + options.queue }),
     });`,
  );
  const own = await trainerOf({ module });
  const job = {
    id: '',
    base: 'b',
    methods: [],
    data: {},
    hyperparameters: {},
    environment: { name: 'hamlet' },
  };
  const options = trainerOptions(own, {});
  const context = { onProgress: () => undefined };
  const trained = await own.train({ ...job, options, folder, seed: 1, threads: 1 }, context);
  assert.deepEqual(trained, { model: 'b in short' });
  assert.throws(() => trainerOptions(own, { lane: 'fast' }), { code: 'bad-option', hint: 'it takes: queue' });
});

test('a module without a trainer, or none at all, is told by its path', async () => {
  const module = join(folder, 'empty.mjs');
  await writeFile(module, 'export default { name: "x" };');
  await assert.rejects(trainerOf({ module }), { code: 'bad-module', message: /empty\.mjs has no trainer/ });
  await assert.rejects(trainerOf({ module: join(folder, 'no.ts') }), { code: 'bad-module' });
});
