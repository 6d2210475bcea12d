import type { Dtype } from '../../models/embedded/safetensors.ts';
import type { Method } from '../trainer.ts';
import type { OptimiserOptions } from './optimiser/optimise.ts';

/** One method applied to its part of the dataset. */
export interface Stage extends OptimiserOptions {
  readonly method: Method;
  readonly epochs: number;
  /** Number of updates; in place of `epochs`, which then are as many as it takes. */
  readonly steps?: number;
  /** Token sequences per update, about: sequences travel in micro-batches of one padded shape. A DPO pair is two. */
  readonly batchSize: number;
  /** KTO and DPO: how strongly the policy is held to the reference model. */
  readonly beta: number;
  /** KTO and DPO: the model the policy is compared with: the trainer's base, or what this stage starts from. */
  readonly reference: 'base' | 'start';
  /** KTO: weights of the two classes, or such that both weigh the same in all. */
  readonly classWeights: 'balanced' | { readonly desirable: number; readonly undesirable: number };
  /** DPO: weight of the chosen completion's mean loss per token, which keeps it from growing less likely. */
  readonly sftWeight: number;
  /** Trains low-rank adapters and merges them at the end; without it, every weight is trained. */
  readonly lora?: LoraOptions;
}

export interface LoraOptions {
  readonly rank: number;
  /** The adapters' product is scaled by alpha / rank. */
  readonly alpha: number;
  /** Adapts the output matrix too. */
  readonly head?: boolean;
}

export interface EmbeddedOptions {
  /** Run one after another, each from the weights of the one before. */
  readonly stages: readonly Stage[];
  /** Where the trained weights are written. */
  readonly output: string;
  /** The new model's id; by default the output's file name without its ending. */
  readonly id?: string;
  readonly dtype: Dtype;
  readonly seed: number;
  /** Training threads; the result is the same with any number. */
  readonly threads: number;
  /** Gives out slot tokens in another order in every epoch, so that no name is learnt by its slot. */
  readonly slotAugmentation: boolean;
  /** Where the state is kept every so many updates, so that a stopped run goes on where it was. */
  readonly checkpoint?: { readonly path: string; readonly every: number };
}

const common = {
  weightDecay: 0.01,
  clip: 1,
  schedule: 'linear',
  final: 0.1,
  reference: 'base',
  classWeights: 'balanced',
  beta: 0.1,
  sftWeight: 0.2,
} as const;

const defaults: Readonly<Record<Method, Stage>> = {
  sft: { ...common, method: 'sft', epochs: 3, learningRate: 3e-4, warmup: 5, batchSize: 14 },
  dpo: { ...common, method: 'dpo', epochs: 1, learningRate: 1e-4, warmup: 8, batchSize: 10 },
  kto: { ...common, method: 'kto', epochs: 1, learningRate: 1e-4, warmup: 8, batchSize: 16 },
};

/** A stage with the values that suit the built-in model, changed where wanted. @example stage('dpo', { beta: 0.2 }) */
export const stage = (method: Method, changes: Partial<Omit<Stage, 'method'>> = {}): Stage => ({
  ...defaults[method],
  ...changes,
});
