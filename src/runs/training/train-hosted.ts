import { join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { readDataset } from '../../harvest/read.ts';
import { azureService, openaiService } from '../../train/hosted/openai.ts';
import type { HostedOptions } from '../../train/hosted/options.ts';
import { readRecord } from '../../train/hosted/record.ts';
import type { HostedMethod, Job, Service } from '../../train/hosted/service.ts';
import { togetherService } from '../../train/hosted/together.ts';
import { cancelJob, hostedTrainer } from '../../train/hosted/trainer.ts';
import type { Dataset, Method } from '../../train/trainer.ts';
import { noExamples } from './train-embedded.ts';
import type { TrainPlan, TrainPlanned } from './train-plan.ts';
import type { HostedName, HostedSpec } from './trainer-spec.ts';

/** At a service, which is asked for one job per method. Stopping here leaves the job running there. */
export const trainHosted: TrainPlanned = async (plan, onProgress, { signal, approve }) => {
  const spec = specOf(plan);
  const service = serviceOf(spec);
  let model = { id: plan.base, hint: '' };
  let told = { step: 0, steps: 0 };
  for (const method of plan.method) {
    model = await hostedTrainer(service).train(
      { id: model.id, path: '' },
      await readOwn(plan, method),
      {
        ...ownOptions(spec, plan),
        method: hostedMethod(method),
        folder: join(plan.folder, method),
        seed: plan.seed,
        approve: approve ?? (() => false),
        onEvent: ({ message, step }) => {
          if (step === undefined)
            onProgress({ method, ...told, loss: Number.NaN, tokensPerSecond: 0 }, message);
        },
      },
      progress => {
        told = { step: progress.step, steps: progress.steps };
        onProgress(progress);
      },
      signal,
    );
  }
  return { model: model.id, hint: model.hint };
};

/** @throws as `checkPlan` */
export const checkHosted = async (plan: Omit<TrainPlan, 'stage' | 'folder'>): Promise<void> => {
  const spec = specOf(plan);
  serviceOf(spec);
  const { learningRate, lora } = plan.changes;
  const own = spec.name === 'together' ? undefined : learningRate !== undefined ? 'rate' : lora && 'rank';
  if (own !== undefined)
    throw new JuxtaError('bad-option', `${spec.name} takes no learning rate or rank of one's own`, {
      hint: 'scale its own learning rate: --set learning_rate_multiplier=0.5',
    });
  if (plan.method.length > 1 && (spec.name === 'together' || spec.job !== undefined))
    throw new JuxtaError('bad-option', `a job of ${spec.name} trains by one method`, {
      hint: 'train once per method, each from the model of the one before: --model NAME',
    });
  for (const method of plan.method) {
    hostedMethod(method);
    if (plan.data[method] !== undefined) await readOwn(plan, method);
  }
};

/** Asks the service to stop the job of a training. @throws JuxtaError `no-job`; HostedRequestError */
export const cancelTraining = async (
  plan: Pick<TrainPlan, 'trainer' | 'method'>,
  folder: string,
): Promise<Job> => {
  const service = serviceOf(specOf(plan));
  for (const method of plan.method.toReversed()) {
    const own = join(folder, method);
    if ((await readRecord(own))?.job !== undefined) return cancelJob(service, own);
  }
  throw new JuxtaError('no-job', `no job was started from ${folder}, or it has failed`);
};

const services: Readonly<Record<HostedName, typeof openaiService>> = {
  openai: openaiService,
  azure: azureService,
  together: togetherService,
};

const serviceOf = ({ name, endpoint }: HostedSpec): Service =>
  services[name](endpoint === undefined ? {} : { baseUrl: endpoint });

const specOf = ({ trainer }: Pick<TrainPlan, 'trainer'>): HostedSpec => {
  if (trainer && trainer.name !== 'embedded' && trainer.name !== 'trl') return trainer;
  throw new Error('a plan for another trainer');
};

const hostedMethod = (method: Method): HostedMethod => {
  if (method !== 'kto') return method;
  throw new JuxtaError('wrong-method', 'services train sft and dpo, not kto', {
    hint: 'choose --method dpo, or --trainer trl for KTO',
  });
};

/** Tools come from the file alone: what it does not offer, the model shall not learn to call. */
const readOwn = async ({ data }: Pick<TrainPlan, 'data'>, method: Method): Promise<Dataset> => {
  const path = data[method]!;
  const examples = (await readDataset(path))[method];
  if (examples.length === 0) throw noExamples(path, method);
  return { sft: [], kto: [], dpo: [], [method]: examples };
};

const ownOptions = (
  { name, price, pollSeconds, job, settings }: HostedSpec,
  { changes }: Pick<TrainPlan, 'changes'>,
): Partial<HostedOptions> => {
  const { learningRate, epochs, batchSize, beta, lora } = changes;
  const { learning_rate_multiplier: multiplier, ...extra } = settings;
  return {
    ...(price !== undefined && { price }),
    ...(pollSeconds !== undefined && { pollMs: 1000 * pollSeconds }),
    ...(job !== undefined && { job }),
    ...(epochs !== undefined && { epochs }),
    ...(batchSize !== undefined && { batchSize }),
    ...(beta !== undefined && { beta }),
    ...(typeof multiplier === 'number' && { learningRateMultiplier: multiplier }),
    ...(name === 'together' && learningRate !== undefined && { learningRate }),
    ...(name === 'together' && lora !== undefined && { lora }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
};
