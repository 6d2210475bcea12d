import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { embedded } from './embedded/definition.ts';
import { temporaryFolder, tinyBase, tinyDataset } from './embedded/testing.ts';
import { azure, openai, together } from './hosted/definition.ts';
import { startHostedServer } from './hosted/testing/server.ts';
import { methodNames } from './methods.ts';
import { trainerConformance } from './trainer.conformance.ts';
import type { Method } from './trainer.ts';
import { writeData } from './trl/data.ts';
import { trl } from './trl/definition.ts';
import { standInPython } from './trl/testing/stand-in.ts';

const folder = await temporaryFolder();
after(() => rm(folder, { recursive: true }));
const environment = { name: 'hamlet' };

const data = Object.fromEntries(
  methodNames.map(method => [method, join(folder, `${method}.jsonl`)]),
) as Record<Method, string>;
for (const method of methodNames) await writeData(tinyDataset(12), method, data[method], 1);

const { path } = await tinyBase(folder);
trainerConformance('embedded', {
  trainer: embedded,
  base: path,
  environment,
  data,
  hyperparameters: { epochs: 1, batchSize: 4 },
});

process.env.STAND_IN = JSON.stringify({ stepMs: 120 });
trainerConformance('trl', {
  trainer: trl,
  options: { python: standInPython(join(folder, 'python')), settings: { max_steps: 4, save_steps: 1 } },
  base: 'org/base',
  environment,
  data,
});

const key = 'sk-test';
for (const name of ['OPENAI', 'AZURE_OPENAI', 'TOGETHER']) process.env[`${name}_API_KEY`] = key;
for (const trainer of [openai, azure, together]) {
  const protocol = trainer.name as 'openai' | 'azure' | 'together';
  const server = await startHostedServer({ protocol, key });
  after(() => server.close());
  trainerConformance(protocol, {
    trainer,
    options: { endpoint: server.baseUrl, pollSeconds: 0.01 },
    base: 'gpt-base',
    environment,
    data,
  });
}
