import type { SdkModel } from '../../models/provider/sdk/configured.ts';
import type { Options as EvaluateOptions } from '../commands/evaluate.ts';
import type { Options as ExportOptions } from '../commands/export.ts';
import type { Options as RolloutOptions } from '../commands/rollout.ts';
import type { Options as SelftrainOptions } from '../commands/selftrain.ts';
import type { Options as ServeOptions } from '../commands/serve.ts';
import type { Options as TrainOptions } from '../commands/train.ts';

/** Whose names only an environment or a trainer knows, such as `level`: they are checked when the file is read. */
interface DeclaredElsewhere {
  readonly [option: string]: unknown;
}

/** Of commands that play. */
interface Played {
  /** A built-in one by its name, or the path of a module. */
  readonly environment?: string;
}

/** What is of the moment stays on the command line. */
type Given<Options> = Partial<Omit<Options, 'resume' | 'dryRun' | 'json'>>;
type Playing<Options> = Given<Options> & Played & DeclaredElsewhere;

/** Options that stand for themselves in more than one command. */
type Common = Playing<Omit<RolloutOptions & Omit<SelftrainOptions, 'tasks'>, 'tasks' | 'start' | 'split'>>;

/**
 * What `juxta.config.ts` may hold: the commands' options, named as on the command line but in camel case. Those at the
 * top hold for every command that has them, those of a section for its command alone, and what is given on the command
 * line goes before both.
 */
export interface JuxtaConfig extends Common {
  /** Language models of the AI SDK by the names that `model`, `userModel` and `judge` may take. */
  readonly models?: Readonly<Record<string, SdkModel>>;
  readonly rollout?: Playing<RolloutOptions>;
  readonly evaluate?: Playing<EvaluateOptions>;
  readonly selftrain?: Playing<SelftrainOptions>;
  readonly train?: Playing<TrainOptions>;
  readonly export?: Given<ExportOptions>;
  readonly serve?: Playing<ServeOptions>;
}

/**
 * Gives a configuration its type.
 *
 * @example
 * // juxta.config.ts
 * import { defineConfig } from 'juxta';
 *
 * export default defineConfig({
 *   environment: 'toolwoz',
 *   model: 'http://localhost:8000/v1#llama',
 *   userModel: 'openai:gpt-4o-mini',
 *   maxTokens: 5_000_000,
 *   rollout: { beam: 8, eager: true },
 *   evaluate: { trials: 4 },
 * });
 */
export const defineConfig = (config: JuxtaConfig): JuxtaConfig => config;
