import type { CostEstimate, Method } from '../trainer.ts';
import type { HostedMethod, JobEvent, JobRequest } from './service.ts';

export const hostedMethods: readonly HostedMethod[] = ['sft', 'dpo'];

export const isHosted = (method: Method): method is HostedMethod =>
  hostedMethods.some(known => known === method);

/** What a training at a service needs to know beside base and data. */
export interface HostedOptions extends Omit<JobRequest, 'model' | 'file' | 'epochs' | 'method'> {
  readonly method: HostedMethod;
  /** Default: 3 for SFT, 1 for DPO. */
  readonly epochs?: number;
  /** The run's own folder: the data that is sent, and job.json. */
  readonly folder: string;
  /** In USD per million training tokens, for the estimate. */
  readonly price?: number;
  /** Shown before anything is sent; nothing is, if the answer is no. */
  readonly approve: (estimate: CostEstimate) => boolean | Promise<boolean>;
  /** Counts the tokens of a text for the estimate (default: a quarter of its characters). */
  readonly countTokens?: (text: string) => number;
  /** Follows this job, begun elsewhere, instead of starting one. */
  readonly job?: string;
  /** What the service says of the job. */
  readonly onEvent?: (event: JobEvent) => void;
  /** Between two looks at the job, in ms (default 10,000). */
  readonly pollMs?: number;
}
