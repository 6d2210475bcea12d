import type { JsonObject } from '../../dialogue/json.ts';
import type { Method } from '../methods.ts';

export type HostedMethod = Extract<Method, 'sft' | 'dpo'>;

/** What a job is to do, in words that all services know. */
export interface JobRequest {
  readonly method: HostedMethod;
  /** The service's name of the model to start from. */
  readonly model: string;
  readonly file: string;
  readonly epochs: number;
  readonly batchSize?: number;
  /** OpenAI and Azure: times the service's own learning rate. */
  readonly learningRateMultiplier?: number;
  /** Together. */
  readonly learningRate?: number;
  /** DPO. */
  readonly beta?: number;
  /** Together; its own defaults if missing. */
  readonly lora?: { readonly rank: number; readonly alpha: number; readonly dropout?: number };
  /** Becomes part of the new model's name. */
  readonly suffix?: string;
  readonly seed: number;
  /** Fields of the service's own, as they are. */
  readonly extra?: JsonObject;
}

export interface Job {
  readonly id: string;
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** The service's own word. */
  readonly status: string;
  /** The new model, once there is one. */
  readonly model?: string;
  /** Why it failed. */
  readonly error?: string;
  readonly file?: string;
}

export interface JobEvent {
  readonly id: string;
  readonly message: string;
  readonly step?: number;
  readonly steps?: number;
  readonly loss?: number;
}

/**
 * A service that fine-tunes models. To add one, write a file beside `together.ts` and let its tests run over it.
 * All methods throw HostedRequestError, and the signal's reason.
 */
export interface Service {
  readonly name: 'openai' | 'azure' | 'together'; // names its export format, too
  /** Uploads a JSONL file and waits until it can be used. @returns its id */
  upload(path: string, signal?: AbortSignal): Promise<string>;
  /** @returns the job's id. Not repeated if its fate is unknown: the error is `uncertain` then */
  create(request: JobRequest, signal?: AbortSignal): Promise<string>;
  /** The youngest job on a training file that has neither failed nor been cancelled. */
  find(file: string, signal?: AbortSignal): Promise<Job | undefined>;
  job(id: string, signal?: AbortSignal): Promise<Job>;
  /** Events that are not known yet, oldest first. */
  events(id: string, known: ReadonlySet<string>, signal?: AbortSignal): Promise<readonly JobEvent[]>;
  cancel(id: string, signal?: AbortSignal): Promise<Job>;
  /** What Juxta calls a model of this service. */
  modelName(model: string): string;
  /** What is left to do before the model answers. */
  readonly hint: string;
}
