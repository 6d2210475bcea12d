/** Which trainer a run uses, with what is the trainer's own, as plain data that can be stored with the run. */
import type { JsonObject } from '../../dialogue/json.ts';
import type { CostEstimate } from '../../train/hosted/cost.ts';
import type { Launcher } from '../../train/trl/launcher.ts';
import type { TrlSettings } from '../../train/trl/presets.ts';

export const hostedNames = ['openai', 'azure', 'together'] as const;
export type HostedName = (typeof hostedNames)[number];
export const trainerNames = ['embedded', 'trl', ...hostedNames] as const;
export type TrainerName = (typeof trainerNames)[number];

export interface EmbeddedSpec {
  readonly name: 'embedded';
}

export interface TrlSpec {
  readonly name: 'trl';
  /** Names of presets: one for all methods of the sequence, or one for each. */
  readonly presets: readonly string[];
  /** TRL's options by their names there, over the presets'. */
  readonly settings: TrlSettings;
  /** KTO: weights such that both classes of the data weigh the same. */
  readonly balanced: boolean;
  readonly launcher: Launcher;
}

export interface HostedSpec {
  readonly name: HostedName;
  /** In USD per million training tokens. */
  readonly price?: number;
  /** In place of the service's own address. */
  readonly endpoint?: string;
  /** Between two looks at the job. */
  readonly pollSeconds?: number;
  /** A job begun elsewhere that is followed instead of starting one. */
  readonly job?: string;
  /** Fields of the service's request, as they are; `learning_rate_multiplier` goes to its place. */
  readonly settings: JsonObject;
}

export type TrainerSpec = EmbeddedSpec | TrlSpec | HostedSpec;

/** Asked before anything that costs is begun. */
export type Approve = (estimate: CostEstimate) => Promise<boolean>;
