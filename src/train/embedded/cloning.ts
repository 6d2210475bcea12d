import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type CodecSpec, createCodec } from '../../models/embedded/codec.ts';
import type { EmbeddedConfig, Weights } from '../../models/embedded/config.ts';
import type { TrainProgress } from '../trainer.ts';
import type { Dropped } from './batches/rows.ts';
import { createStream, type Dialogue } from './batches/stream.ts';
import { flatten, fullTrainable, unflatten } from './network/trainable.ts';
import { newMoments } from './optimiser/adamw.ts';
import { dropCheckpoint, loadCheckpoint, saveCheckpoint } from './optimiser/checkpoint.ts';
import { type OptimiserOptions, optimise } from './optimiser/optimise.ts';
import { startPool } from './threads/pool.ts';

export type { Dialogue } from './batches/stream.ts';

export interface CloningOptions extends OptimiserOptions {
  readonly steps: number;
  /** Dialogues per step, about. */
  readonly batchSize: number;
  readonly seed: number;
  readonly threads: number;
  readonly checkpoint?: { readonly path: string; readonly every: number };
  /** Names the source of the dialogues, so that a checkpoint of another one is refused. */
  readonly source: string;
}

export interface CloningProgress extends TrainProgress {
  readonly dropped: Dropped;
}

export interface CloningResult {
  readonly weights: Weights;
  readonly dropped: Dropped;
}

/** Suits the built-in model: about 2.5 million tokens. */
export const cloningDefaults = {
  learningRate: 1.5e-3,
  schedule: 'linear',
  warmup: 60,
  final: 0.07,
  weightDecay: 0.01,
  clip: 1,
  steps: 1300,
  batchSize: 14,
} as const;

const position = z.object({ block: z.int(), step: z.int() });

/**
 * Behaviour cloning from scratch: trains weights to imitate an endless stream of dialogues, each seen once. Equal on
 * any number of threads, and over an interruption if a checkpoint is kept.
 *
 * The dialogues are made on the calling thread while the training threads compute.
 *
 * @param dialogue the dialogue of a number (from 0): always the same for the same number
 * @throws TrainingInterruptedError, BadInputError for a checkpoint of another run
 */
export const cloneBehaviour = async (
  model: { readonly config: EmbeddedConfig; readonly codec: CodecSpec; readonly weights: Weights },
  dialogue: (index: number) => Dialogue | Promise<Dialogue>,
  options: CloningOptions,
  onProgress: (progress: CloningProgress) => void,
  signal?: AbortSignal,
): Promise<CloningResult> => {
  const { config } = model;
  const start = flatten(config, model.weights);
  const { checkpoint, threads, ...named } = options;
  const run = createHash('sha256')
    .update(JSON.stringify({ ...named, codec: model.codec }))
    .update(new Uint8Array(start.buffer))
    .digest('hex');
  const resumed = checkpoint && (await loadCheckpoint(checkpoint.path, run));
  const trainable = fullTrainable(config, resumed?.parameters ?? start);
  const moments = resumed?.moments ?? newMoments(start.length);
  const dropped: Dropped = { tooLong: 0, notEncodable: 0 };
  const stream = await createStream(
    dialogue,
    { codec: createCodec(model.codec), context: config.context, slotStream: undefined, dropped },
    options.steps,
    options.batchSize,
    options.seed,
    resumed?.source ? position.parse(JSON.parse(resumed.source)) : { block: 0, step: 0 },
  );
  const pool = startPool(config, start.length, threads);
  try {
    await optimise({
      pool,
      trainable,
      moments,
      options,
      method: 'sft',
      done: resumed?.done ?? 0,
      steps: options.steps,
      step: async () => ({ batches: await stream.next(), objective: { method: 'sft' } }),
      prepare: stream.prepare,
      saveEvery: checkpoint?.every ?? Number.POSITIVE_INFINITY,
      save: async done => {
        if (!checkpoint) return;
        const source = JSON.stringify(stream.position());
        const { parameters } = trainable;
        await saveCheckpoint(checkpoint.path, run, { stage: 0, done, start, parameters, moments, source });
      },
      onProgress: progress => onProgress({ ...progress, dropped }),
      signal,
    });
  } finally {
    await pool.close();
  }
  if (checkpoint) await dropCheckpoint(checkpoint.path);
  return { weights: unflatten(config, trainable.parameters), dropped };
};
