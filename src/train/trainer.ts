/** The port that every training goes through. */
import type { z } from 'zod';
import type { EnvironmentSpec } from '../environments/spec.ts';
import type { Method } from './methods.ts';

export type { Dataset, DpoExample, KtoExample, SftExample } from '../harvest/examples.ts';
export type { Method } from './methods.ts';

/** How far a training has come. */
export interface TrainProgress {
  readonly method: Method;
  readonly step: number;
  /** How many there will be; 0 while that is not known. */
  readonly steps: number;
  /** NaN where there is none to tell. */
  readonly loss: number;
  readonly tokensPerSecond: number;
}

/** Where a trained model is: for the embedded trainer, a safetensors file. */
export interface ModelRef {
  readonly id: string;
  readonly path: string;
}

/** Hyper-parameters that trainers share; a trainer's own value stands for each that is missing. */
export interface HyperParameters {
  /** Peak learning rate. */
  readonly learningRate?: number;
  readonly epochs?: number;
  /** Sequences per update. */
  readonly batchSize?: number;
  /** How strongly the policy is held to the reference model. */
  readonly beta?: number;
  /** DPO: weight of the chosen completion's own likelihood. */
  readonly sftWeight?: number;
  readonly lora?: { readonly rank: number; readonly alpha: number };
}

/** What is to be trained, as plain data. */
export interface TrainJob<Options = unknown> {
  /** What the new model is called where it is served. */
  readonly id: string;
  /** What to start from, and the reference of methods that compare: weights, a folder or name on the hub, a service's model. */
  readonly base: string;
  /** Applied one after another, each to what the one before made. */
  readonly methods: readonly Method[];
  /** A data set's file or folder for each method, in the format that `formatFor` names. Before a harvest there are none. */
  readonly data: Readonly<Partial<Record<Method, string>>>;
  readonly hyperparameters: HyperParameters;
  /** The trainer's own, as its schema reads them. */
  readonly options: Options;
  readonly environment: EnvironmentSpec;
  /** Where data, weights and checkpoints are written. The same job in the same folder goes on where it was. */
  readonly folder: string;
  readonly seed: number;
  readonly threads: number;
}

/** What a trainer made: the weights' path, the adapter's folder, or the name of a service's model. */
export interface Trained {
  readonly model: string;
  /** How to serve and call it, for a person; a model that is played in process needs none. */
  readonly hint?: string;
}

/** What a job would cost, before anything is sent. */
export interface CostEstimate {
  readonly examples: number;
  /** Per epoch, about. */
  readonly tokens: number;
  readonly epochs: number;
  /** In USD, if the price is known. */
  readonly usd: number | undefined;
}

export interface TrainContext {
  /** @param note what it is busy with, in words */
  onProgress(progress: TrainProgress, note?: string): void;
  /** Told of examples that are not learnt as they are. */
  readonly onWarning?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Asked before anything that costs is begun; without it, nothing that does is. */
  readonly approve?: ((estimate: CostEstimate) => boolean | Promise<boolean>) | undefined;
}

/** @template Options what `optionsSchema` reads */
export interface Trainer<Options = unknown> {
  readonly name: string;
  /** What it trains, for a person who chooses. */
  readonly description: string;
  /** Its own options, which are stored with a run. One called `settings` takes what `--set` gives; see `flags.ts`. */
  readonly optionsSchema: z.ZodObject;
  readonly methods: readonly Method[];
  /** The shared hyper-parameters that it heeds. */
  readonly hyperparameters: readonly (keyof HyperParameters)[];
  /** How what it makes is played: as weights in this process, by a server that somebody runs, or where it was trained. */
  readonly plays: 'in-process' | 'served' | 'at-service';
  /** What a job's base is, for a person who left it out. */
  readonly startsFrom: string;
  /**
   * Says before a run begins what would keep its training from being begun; files are looked into where there are any.
   * @throws JuxtaError `wrong-data`, `bad-option` and its like; BadInputError naming file, line and field
   */
  check(job: Omit<TrainJob<Options>, 'folder'>): Promise<void>;
  /**
   * Trains, or goes on with what was stopped or killed in the job's folder.
   * @throws TrainingInterruptedError if the signal stopped it; JuxtaError
   */
  train(job: TrainJob<Options>, context: TrainContext): Promise<Trained>;
  /** Makes of a model what the next training can start from, where that is another thing. @returns its path */
  asBase?(
    model: ModelRef,
    output: string,
    job: { readonly options: Options; readonly signal?: AbortSignal | undefined },
  ): Promise<string>;
  /** Ends a job that runs elsewhere. @throws JuxtaError `no-job` */
  cancel?(
    job: Pick<TrainJob<Options>, 'methods' | 'options' | 'folder'>,
  ): Promise<{ readonly id: string; readonly status: string }>;
}

/**
 * A trainer whose functions are given the options as its schema reads them.
 *
 * @example
 * export default defineTrainer({ name: 'mine', optionsSchema: z.strictObject({ gpus: z.int().default(1) }), … });
 */
export const defineTrainer = <Schema extends z.ZodObject>(
  trainer: Omit<Trainer<z.output<Schema>>, 'optionsSchema'> & { readonly optionsSchema: Schema },
): Trainer => trainer as unknown as Trainer;
