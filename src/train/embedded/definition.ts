import { join } from 'node:path';
import { z } from 'zod';
import { openEnvironment } from '../../environments/open.ts';
import { readDataset } from '../../harvest/read.ts';
import { nameOfModel } from '../../models/model-name.ts';
import { type Method, methodNames } from '../methods.ts';
import { noExamples } from '../refuse.ts';
import { type Dataset, defineTrainer, type TrainJob } from '../trainer.ts';
import type { Dropped } from './batches/rows.ts';
import { stage } from './options.ts';

/** The transformer that ships with Juxta, in this process. */
export const embedded = defineTrainer({
  name: 'embedded',
  description: 'the transformer that ships with Juxta, in this process',
  optionsSchema: z.strictObject({}),
  methods: methodNames,
  hyperparameters: ['learningRate', 'epochs', 'batchSize', 'beta', 'sftWeight', 'lora'],
  plays: 'in-process',
  startsFrom: 'embedded:base, embedded:RUN or a weights file',
  check: async job => {
    await readExamples(job);
  },
  train: async (job, { onProgress, onWarning, signal }) => {
    const warned = new Set<Method>();
    // It loads jax-js, which nobody else needs.
    const { trainEmbedded } = await import('./trainer.ts');
    const { path } = await trainEmbedded(
      { id: nameOfModel(job.base), path: job.base },
      await readExamples(job),
      {
        stages: job.methods.map(method => stage(method, job.hyperparameters)),
        output: join(job.folder, 'model.safetensors'),
        dtype: 'F16',
        seed: job.seed,
        threads: job.threads,
        slotAugmentation: true,
        checkpoint: { path: join(job.folder, 'checkpoint.safetensors'), every: 20 },
      },
      progress => {
        const { method, dropped } = progress;
        const number = dropped.tooLong + dropped.notEncodable;
        if (number > 0 && !warned.has(method)) onWarning?.(`${method}: ${wordsOf(dropped)}`);
        warned.add(method);
        onProgress(progress);
      },
      signal,
    );
    return { model: path };
  },
});

const wordsOf = ({ tooLong, notEncodable, problem }: Dropped): string =>
  [
    ...(tooLong > 0
      ? [`${tooLong} examples are left out, for they are longer than the model's context`]
      : []),
    ...(notEncodable > 0
      ? [`${notEncodable} are left out, for the model has no words for them (${problem})`]
      : []),
  ].join('; ');

/** With what the environment knows of its tools: their results hold the names that the model copies. */
const readExamples = async ({
  environment,
  data,
  methods,
}: Pick<TrainJob, 'environment' | 'data' | 'methods'>): Promise<Dataset> => {
  const { tools } = await openEnvironment(environment);
  const read = async <M extends Method>(method: M): Promise<Dataset[M]> => {
    const path = data[method];
    if (path === undefined || !methods.includes(method)) return [] as unknown as Dataset[M];
    const examples = (await readDataset(path, { tools }))[method];
    if (examples.length > 0) return examples;
    throw noExamples(path, method);
  };
  return { sft: await read('sft'), kto: await read('kto'), dpo: await read('dpo') };
};
