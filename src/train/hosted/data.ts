/** What is sent to a service: rows in its format, and what is asked of it. */
import { createHash } from 'node:crypto';
import { JuxtaError } from '../../base/errors.ts';
import type { Example } from '../../harvest/examples.ts';
import { formatNamed } from '../../harvest/formats/formats.ts';
import { jsonlSink } from '../../harvest/sink.ts';
import type { Dataset, ModelRef } from '../trainer.ts';
import { tokensInRow } from './cost.ts';
import type { HostedOptions } from './options.ts';
import type { JobRequest, Service } from './service.ts';

/** Some services refuse fewer. */
const LEAST_EXAMPLES = 10;

/** A dataset as one service takes it. */
export interface Prepared {
  readonly lines: readonly string[];
  readonly tokens: number;
}

/** @throws JuxtaError `wrong-data` */
export const prepare = async (
  service: Service,
  dataset: Dataset,
  { method, countTokens }: HostedOptions,
): Promise<Prepared> => {
  const format = await formatNamed(service.name);
  const rows = dataset[method].flatMap(example => format.rows({ kind: method, ...example } as Example));
  if (rows.length < LEAST_EXAMPLES)
    throw new JuxtaError('wrong-data', `there are ${rows.length} examples for ${method}`, {
      hint: `Services ask for at least ${LEAST_EXAMPLES}: roll out more tasks, or filter less.`,
    });
  let tokens = 0;
  for (const row of rows) tokens += tokensInRow(row, countTokens);
  return { lines: rows.map(row => JSON.stringify(row)), tokens };
};

export const requestOf = (base: ModelRef, options: HostedOptions): Omit<JobRequest, 'file'> => {
  const { method, seed, batchSize, learningRateMultiplier, learningRate, beta, lora, suffix, extra } =
    options;
  return {
    method,
    model: base.id.replace(/^openai:/, '').replace(/^https?:[^#]*#/, ''),
    epochs: options.epochs ?? (method === 'sft' ? 3 : 1),
    seed,
    ...(batchSize !== undefined && { batchSize }),
    ...(learningRateMultiplier !== undefined && { learningRateMultiplier }),
    ...(learningRate !== undefined && { learningRate }),
    ...(beta !== undefined && { beta }),
    ...(lora !== undefined && { lora }),
    ...(suffix !== undefined && { suffix }),
    ...(extra !== undefined && { extra }),
  };
};

/** Names a job by everything that its result depends on. */
export const fingerprint = (service: Service, request: object, lines: readonly string[]): string => {
  const digest = createHash('sha256').update(JSON.stringify([service.name, request]));
  for (const line of lines) digest.update(line);
  return digest.digest('hex');
};

export const writeLines = async (file: string, lines: readonly string[]): Promise<void> => {
  const sink = await jsonlSink(file);
  try {
    for (const line of lines) await sink.add(line);
    await sink.finish();
    await sink.commit();
  } finally {
    await sink.discard();
  }
};
