import { join } from 'node:path';
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import { readDataset } from '../../harvest/read.ts';
import { noExamples } from '../refuse.ts';
import {
  type Dataset,
  defineTrainer,
  type HyperParameters,
  type Method,
  type Trainer,
  type TrainJob,
} from '../trainer.ts';
import type { ServiceOptions } from './openai.ts';
import { type HostedOptions, hostedMethods, isHosted } from './options.ts';
import { readRecord } from './record.ts';
import type { Service } from './service.ts';
import { cancelJob, trainHosted } from './trainer.ts';

const optionsSchema = z.strictObject({
  price: z.number().min(0).optional().meta({
    flag: '--price <usd>',
    description: 'price of a million training tokens, for the estimate',
  }),
  endpoint: z
    .string()
    .transform(url => url.replace(/\/+$/, ''))
    .optional()
    .meta({ flag: '--endpoint <url>', description: "in place of the service's own address" }),
  pollSeconds: z.number().min(0.01).max(3600).optional().meta({
    flag: '--poll <seconds>',
    description: 'between two looks at the job (default: 10)',
  }),
  job: z.string().optional().meta({
    flag: '--job <id>',
    description: 'follow this job, begun elsewhere, instead of starting one',
  }),
  /** Fields of the service's request, as they are; `learning_rate_multiplier` goes to its place. */
  settings: z.record(z.string(), z.json()).default({}),
});

type Options = z.output<typeof optionsSchema>;

interface Offer {
  readonly name: string;
  /** Loads what speaks to the service, which nobody else needs. */
  readonly open: (options: ServiceOptions) => Promise<Service>;
  readonly hyperparameters: readonly (keyof HyperParameters)[];
  /** The service can train further on what it has trained. */
  readonly sequences: boolean;
}

/** A service is asked for one job per method. Stopping here leaves the job running there. */
const hosted = ({ name, open, hyperparameters, sequences }: Offer): Trainer => {
  const serviceOf = ({ endpoint }: Options): Promise<Service> =>
    open(endpoint === undefined ? {} : { baseUrl: endpoint });
  return defineTrainer({
    name,
    description: `models of ${name}, as a job there`,
    optionsSchema,
    methods: hostedMethods,
    hyperparameters,
    plays: 'at-service',
    startsFrom: 'a model that the service can train',
    check: async job => {
      await serviceOf(job.options);
      if (job.methods.length > 1 && (!sequences || job.options.job !== undefined))
        throw new JuxtaError('bad-option', `a job of ${name} trains by one method`, {
          hint: 'train once per method, each from the model of the one before: --model NAME',
        });
      for (const method of job.methods) if (job.data[method] !== undefined) await readExamples(job, method);
    },
    train: async (job, { onProgress, signal, approve }) => {
      const service = await serviceOf(job.options);
      let model = { id: job.base, hint: '' };
      let seen = { step: 0, steps: 0 };
      for (const method of job.methods.filter(isHosted)) {
        model = await trainHosted(
          service,
          { id: model.id, path: '' },
          await readExamples(job, method),
          {
            ...ownOptions(job),
            method,
            folder: join(job.folder, method),
            seed: job.seed,
            approve: approve ?? (() => false),
            onEvent: ({ message, step }) => {
              if (step === undefined)
                onProgress({ method, ...seen, loss: Number.NaN, tokensPerSecond: 0 }, message);
            },
          },
          progress => {
            seen = { step: progress.step, steps: progress.steps };
            onProgress(progress);
          },
          signal,
        );
      }
      return { model: model.id, hint: model.hint };
    },
    cancel: async ({ methods, options, folder }) => {
      for (const method of methods.toReversed()) {
        const own = join(folder, method);
        if ((await readRecord(own))?.job !== undefined) return cancelJob(await serviceOf(options), own);
      }
      throw new JuxtaError('no-job', `no job was started from ${folder}, or it has failed`);
    },
  });
};

/** OpenAI and Azure have a learning rate of their own, which can be scaled: `--set learning_rate_multiplier=0.5`. */
const scaled = ['epochs', 'batchSize', 'beta'] as const;

export const openai = hosted({
  name: 'openai',
  open: async options => (await import('./openai.ts')).openaiService(options),
  hyperparameters: scaled,
  sequences: true,
});
export const azure = hosted({
  name: 'azure',
  open: async options => (await import('./openai.ts')).azureService(options),
  hyperparameters: scaled,
  sequences: true,
});
export const together = hosted({
  name: 'together',
  open: async options => (await import('./together.ts')).togetherService(options),
  hyperparameters: [...scaled, 'learningRate', 'lora'],
  sequences: false,
});

/** Tools come from the file alone: what it does not offer, the model shall not learn to call. */
const readExamples = async ({ data }: Pick<TrainJob, 'data'>, method: Method): Promise<Dataset> => {
  const path = data[method]!;
  const dataset = await readDataset(path);
  if (dataset[method].length === 0) throw noExamples(path, method);
  return dataset;
};

const ownOptions = ({
  options: { price, pollSeconds, job, settings },
  hyperparameters: { learningRate, epochs, batchSize, beta, lora },
}: Pick<TrainJob<Options>, 'options' | 'hyperparameters'>): Partial<HostedOptions> => {
  const { learning_rate_multiplier: multiplier, ...extra } = settings;
  return {
    ...(price !== undefined && { price }),
    ...(pollSeconds !== undefined && { pollMs: 1000 * pollSeconds }),
    ...(job !== undefined && { job }),
    ...(epochs !== undefined && { epochs }),
    ...(batchSize !== undefined && { batchSize }),
    ...(beta !== undefined && { beta }),
    ...(typeof multiplier === 'number' && { learningRateMultiplier: multiplier }),
    ...(learningRate !== undefined && { learningRate }),
    ...(lora !== undefined && { lora }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
};
