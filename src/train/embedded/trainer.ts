import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { createCodec } from '../../models/embedded/codec.ts';
import { readWeights, type WeightsFile, writeWeights } from '../../models/embedded/safetensors.ts';
import { balancedWeights, klEstimate } from '../losses.ts';
import type { Dataset, ModelRef, TrainProgress } from '../trainer.ts';
import type { Objective } from './batches/batch.ts';
import type { Dropped } from './batches/rows.ts';
import { loraTrainable } from './network/lora.ts';
import { withReference } from './network/reference.ts';
import { flatten, fullTrainable, unflatten, weightCount } from './network/trainable.ts';
import { newMoments } from './optimiser/adamw.ts';
import { type Checkpoint, dropCheckpoint, loadCheckpoint, saveCheckpoint } from './optimiser/checkpoint.ts';
import { type Epoch, type EpochStep, type StageData, stageData } from './optimiser/epoch.ts';
import { optimise } from './optimiser/optimise.ts';
import type { EmbeddedOptions, Stage } from './options.ts';
import { type Pool, startPool } from './threads/pool.ts';

/** What the embedded trainer reports beside the port's figures. */
export interface EmbeddedProgress extends TrainProgress {
  /** Examples of this stage that were left out. */
  readonly dropped: Dropped;
}

/**
 * Trains the embedded transformer in this process: SFT, KTO and DPO, one after another. The same base, data, options
 * and seed give byte-identical weights on any number of threads, also over an interruption if a checkpoint is kept.
 *
 * @example
 * const better = await trainEmbedded(base, dataset, {
 *   stages: [stage('sft'), stage('dpo', { beta: 0.1 })],
 *   output: 'round-1.safetensors', dtype: 'F16', seed: 7, threads: 2, slotAugmentation: true,
 * }, progress => console.log(progress.loss));
 */
export const trainEmbedded = async (
  base: ModelRef,
  dataset: Dataset,
  options: EmbeddedOptions,
  onProgress: (progress: EmbeddedProgress) => void,
  signal?: AbortSignal,
): Promise<ModelRef> => {
  const model = await readWeights(base.path);
  const pool = startPool(model.config, weightCount(model.config), options.threads);
  try {
    return await trainStages({ base, model, dataset, options, onProgress, signal, pool });
  } finally {
    await pool.close();
  }
};

interface Job {
  readonly base: ModelRef;
  readonly model: WeightsFile;
  readonly dataset: Dataset;
  readonly options: EmbeddedOptions;
  readonly onProgress: (progress: EmbeddedProgress) => void;
  readonly signal: AbortSignal | undefined;
  readonly pool: Pool;
}

const trainStages = async (job: Job): Promise<ModelRef> => {
  const { base, model, options } = job;
  const { config, codec } = model;
  const baseWeights = flatten(config, model.weights);
  const { checkpoint } = options;
  const run = fingerprint(job, baseWeights);
  let resumed = checkpoint && (await loadCheckpoint(checkpoint.path, run));
  let weights = resumed?.start ?? baseWeights;
  const dropped: Record<string, Dropped> = {};
  const encoder = createCodec(codec);
  for (const [number, stage] of options.stages.entries()) {
    const {
      dataset,
      options: { seed, slotAugmentation },
    } = job;
    const data = stageData(dataset, stage, encoder, config.context, seed + number, slotAugmentation);
    dropped[`${number + 1}-${stage.method}`] = data.dropped;
    if (resumed && number < resumed.stage) continue;
    weights = await trainStage(job, run, number, data, { base: baseWeights, start: weights }, resumed);
    resumed = undefined;
  }
  const methods = options.stages.map(stage => stage.method).join('+');
  const notes = {
    base: base.id,
    method: methods,
    seed: String(options.seed),
    stages: JSON.stringify(options.stages),
    dropped: JSON.stringify(dropped),
  };
  await writeWeights(options.output, unflatten(config, weights), { config, codec, notes }, options.dtype);
  if (checkpoint) await dropCheckpoint(checkpoint.path);
  return { id: options.id ?? basename(options.output, extname(options.output)), path: options.output };
};

/** Trains one stage and returns the full weights. */
const trainStage = async (
  { model, options, onProgress, signal, pool }: Job,
  run: string,
  number: number,
  data: StageData,
  weights: { readonly base: Float32Array; readonly start: Float32Array },
  resumed: Checkpoint | undefined,
): Promise<Float32Array> => {
  const stage = options.stages[number]!;
  const { checkpoint } = options;
  const trainable = stage.lora
    ? loraTrainable(model.config, weights.start, stage.lora, options.seed + number)
    : fullTrainable(model.config, weights.start);
  if (resumed) trainable.parameters.set(resumed.parameters);
  const moments = resumed?.moments ?? newMoments(trainable.parameters.length);
  const reference = stage.reference === 'base' ? weights.base : weights.start;
  const step = stepsOf(stage, data, pool, reference);
  await optimise({
    pool,
    trainable,
    moments,
    options: stage,
    method: stage.method,
    done: resumed?.done ?? 0,
    steps: data.steps,
    step,
    saveEvery: checkpoint?.every ?? Number.POSITIVE_INFINITY,
    save: async done => {
      if (!checkpoint) return;
      const { parameters } = trainable;
      await saveCheckpoint(checkpoint.path, run, {
        stage: number,
        done,
        start: weights.start,
        parameters,
        moments,
      });
    },
    onProgress: progress => onProgress({ ...progress, dropped: data.dropped }),
    signal,
  });
  const result = new Float32Array(weights.start.length);
  trainable.weights(result);
  return result;
};

/** The data of each update in turn, with what the method needs to know of the reference model. */
const stepsOf = (
  stage: Stage,
  data: StageData,
  pool: Pool,
  reference: Float32Array,
): ((index: number) => Promise<{ batches: EpochStep['batches']; objective: Objective }>) => {
  const { beta, sftWeight, method, classWeights } = stage;
  const balance =
    classWeights === 'balanced' ? balancedWeights(data.desirable, data.undesirable) : classWeights;
  const places = data.epochs.flatMap((epoch, e) => epoch.steps.map((_, s) => ({ epoch, e, s })));
  let ready: { readonly e: number; readonly epoch: Epoch } | undefined;
  return async index => {
    const { epoch, e, s } = places[index]!;
    if (method === 'sft') return { batches: epoch.steps[s]!.batches, objective: { method } };
    if (ready?.e !== e) ready = { e, epoch: await withReference(epoch, pool, reference) };
    const { batches, mismatched } = ready.epoch.steps[s]!;
    if (method === 'dpo') return { batches, objective: { method, beta, sftWeight } };
    const policy = (await pool.score(mismatched)).flat(2);
    const before = mismatched.flatMap(batch =>
      batch.rows.flatMap(row => row.spans.map(span => span.reference)),
    );
    return { batches, objective: { method, beta, z0: klEstimate(policy, before), ...balance } };
  };
};

/** Names a run by everything that its result depends on. */
const fingerprint = ({ dataset, options }: Job, base: Float32Array): string => {
  const { stages, seed, slotAugmentation } = options;
  const digest = createHash('sha256').update(JSON.stringify({ stages, seed, slotAugmentation }));
  digest.update(new Uint8Array(base.buffer, base.byteOffset, base.byteLength));
  for (const { method } of stages)
    for (const example of dataset[method]) digest.update(JSON.stringify(example));
  return digest.digest('hex');
};
