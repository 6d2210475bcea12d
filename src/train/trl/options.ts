import type { Method, TrainProgress } from '../trainer.ts';
import type { Launcher } from './launcher.ts';
import type { TrlSettings } from './presets.ts';

export interface TrlOptions {
  readonly method: Method;
  /** The run's own folder: data, options.json, its report and log, and adapter/ with its checkpoints. */
  readonly folder: string;
  /** One of `presets` (default `defaults`). */
  readonly preset?: string;
  /** Options of TRL by their names there, over the preset's: `{ learning_rate: 1e-5, use_cpu: true }`. */
  readonly settings?: TrlSettings;
  /** Weights such that both classes of labelled data weigh the same, in place of the preset's. */
  readonly balanced?: boolean;
  readonly seed: number;
  /** The new model's id (default: the folder's name). */
  readonly id?: string;
  /** Default: through uv. */
  readonly launcher?: Launcher;
  /** How long TRL may take to end once it is stopped, in ms (default 30,000). */
  readonly graceMs?: number;
  /** Trains although the model's chat template loses or bends what the data say. */
  readonly despiteTemplate?: boolean;
  /** Told of rows that are not learnt as they are. */
  readonly onWarning?: (text: string) => void;
  /** Told in words what TRL is busy with. */
  readonly onNote?: (text: string) => void;
}

/** What TRL logs beside the port's figures. */
export interface TrlProgress extends TrainProgress {
  /** By TRL's names, for example `grad_norm`, `rewards/margins`, `kl`. */
  readonly metrics: Readonly<Record<string, number>>;
}
