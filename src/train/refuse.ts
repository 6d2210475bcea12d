/** What every trainer refuses in the same words. */
import { JuxtaError } from '../base/errors.ts';
import { formatFor, type Method } from './methods.ts';
import type { HyperParameters, Trainer, TrainJob } from './trainer.ts';

export const noExamples = (path: string, method: Method): JuxtaError =>
  new JuxtaError('wrong-data', `${path} holds no examples for ${method}`, {
    hint: `write them with: juxta export --format ${formatFor(method)} --out FOLDER`,
  });

/**
 * Refuses a method that a trainer does not know, and a hyper-parameter that it has no use for.
 * @throws JuxtaError `wrong-method`, `bad-option`
 */
export const refuseForeign = (
  { name, methods, hyperparameters }: Trainer,
  job: Pick<TrainJob, 'methods' | 'hyperparameters'>,
): void => {
  const foreign = job.methods.find(method => !methods.includes(method));
  if (foreign !== undefined)
    throw new JuxtaError(
      'wrong-method',
      `the trainer ${name} knows ${methods.join(' and ')}, not ${foreign}`,
      {
        hint: `choose --method ${methods.at(-1)}, or another --trainer`,
      },
    );
  const useless = (Object.keys(job.hyperparameters) as (keyof HyperParameters)[]).find(
    given => !hyperparameters.includes(given),
  );
  if (useless !== undefined)
    throw new JuxtaError('bad-option', `${flags[useless]} means nothing to the trainer ${name}`, {
      hint: 'leave it out, or name another --trainer',
    });
};

/** As they are written on the command line. */
const flags: Readonly<Record<keyof HyperParameters, string>> = {
  learningRate: '--learning-rate',
  epochs: '--epochs',
  batchSize: '--batch-size',
  beta: '--beta',
  sftWeight: '--sft-weight',
  lora: '--lora-rank',
};
