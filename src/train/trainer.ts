import type { Message } from '../dialogue/message.ts';
import type { Tool } from '../environments/environment.ts';

/** Training examples in TRL's conversational shapes (the JSONL files hold the same, with arguments as objects). */
export interface SftExample {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
}
export interface KtoExample {
  readonly prompt: readonly Message[];
  /** One assistant message. */
  readonly completion: readonly [Message];
  readonly label: boolean;
  readonly tools: readonly Tool[];
}
export interface DpoExample {
  readonly prompt: readonly Message[];
  readonly chosen: readonly [Message];
  readonly rejected: readonly [Message];
  readonly tools: readonly Tool[];
}
export interface Dataset {
  readonly sft: readonly SftExample[];
  readonly kto: readonly KtoExample[];
  readonly dpo: readonly DpoExample[];
}

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
