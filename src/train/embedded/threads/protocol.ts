import type { EmbeddedConfig } from '../../../models/embedded/config.ts';
import type { MicroBatch, Objective } from '../batches/batch.ts';

/** What a worker is started with. */
export interface WorkerData {
  readonly config: EmbeddedConfig;
  /** The weights in shared memory, flat, in the order of `weightShapes`. Not written while a worker computes. */
  readonly weights: Float32Array;
}

/** `version` counts the weights' updates, so that a worker uploads them only when they changed. */
export type Question =
  | {
      readonly kind: 'gradient';
      readonly version: number;
      readonly batch: MicroBatch;
      readonly objective: Objective;
      /** Shared memory for the micro-batch's summed gradient, laid out like the weights. */
      readonly output: Float32Array;
    }
  | { readonly kind: 'score'; readonly version: number; readonly batch: MicroBatch };

export type Answer =
  | { readonly kind: 'gradient'; readonly loss: number; readonly count: number }
  /** Log-probability by row and span. */
  | { readonly kind: 'score'; readonly spans: readonly (readonly number[])[] }
  | { readonly kind: 'failed'; readonly problem: string };
