import type { Dataset } from '../harvest/examples.ts';

export type { Dataset, DpoExample, KtoExample, SftExample } from '../harvest/examples.ts';

export type Method = 'sft' | 'kto' | 'dpo';

export interface TrainProgress {
  readonly method: Method;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly tokensPerSecond: number;
}

/** Where a trained model is: for the embedded trainer, a safetensors file. */
export interface ModelRef {
  readonly id: string;
  readonly path: string;
}

/** Makes a better model from examples. `Options` are the trainer's own hyper-parameters. */
export interface Trainer<Options> {
  readonly name: string;
  train(
    base: ModelRef,
    dataset: Dataset,
    options: Options,
    onProgress: (progress: TrainProgress) => void,
    signal?: AbortSignal,
  ): Promise<ModelRef>;
}
