/** Who plays, by name: what `--environment`, `--model` and the like say on the command line. */
import { resolve } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import { defaultPace, type Environment, type Pace } from '../environments/environment.ts';
import { openEnvironment } from '../environments/open.ts';
import { defaultEnvironment, definitionOf, isModulePath } from '../environments/registry.ts';
import { type EnvironmentSpec, titleOf } from '../environments/spec.ts';
import { baseModel, resolveModel } from '../models/open.ts';
import { agentNamed, agentNames, playerSpec } from '../players/registry.ts';
import { type CastSpec, checkUser, isRemote, userModelOf } from '../rollout/cast.ts';
import type { Limits } from '../rollout/run-models.ts';
import { projectFolder } from '../runs/project/project.ts';

/** Who plays, by name. */
export interface PlayerSettings {
  /** A built-in environment, or the path of a module whose default export is one (default: `hamlet`). */
  readonly environment?: string;
  /** What that environment takes, for example `{ sessions: 4 }`. */
  readonly environmentOptions?: Readonly<Record<string, unknown>>;
  /** The agent's model: `embedded:base`, `embedded:RUN`, a weights file, `openai:MODEL`, `anthropic:MODEL`, `google:MODEL` or `http://HOST/v1#MODEL`. */
  readonly model?: string;
  /** How the agent uses its model, or a script (default: `function-calling`). */
  readonly agent?: string;
  /** Default: a model that plays by the task's instructions where `userModel` is given, or else the task's script. */
  readonly user?: string;
  readonly userModel?: string;
  /** Decides goals of the kind `judge`, when conversations are evaluated. */
  readonly judge?: string;
  /** Most tokens of one reply of the agent. */
  readonly replyTokens?: number;
}

/** How tasks are played, whatever is done with them. */
export interface PlaySettings extends PlayerSettings {
  /** The project folder, whose `.juxta` holds store and runs (default: the working folder). */
  readonly folder?: string;
  readonly split?: string;
  /** How many tasks (default: the whole split, or its default number of generated ones). */
  readonly tasks?: number;
  /** Position of the first task (default: 0). */
  readonly start?: number;
  /** Of everything random (default: 1). */
  readonly seed?: number;
  /** Sampling temperature (default: 1). */
  readonly temperature?: number;
  /** Worker threads; the result is the same with any number (default: one per core). */
  readonly threads?: number;
  /** What models that are reached over a network may cost, and how they are asked. */
  readonly limits?: Limits;
}

/** What long work tells of itself, and what ends it. */
export interface Watch {
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly total: number;
    readonly unit: string;
    readonly note?: string;
  }) => void;
  /** Ends the work with a JuxtaError `interrupted`; what was finished is kept, and `resume` goes on from there. */
  readonly signal?: AbortSignal;
}

export interface ReadyPlayers {
  readonly cast: CastSpec;
  readonly environment: Environment;
  readonly pace: Pace;
}

/** Most tokens of a reply of the embedded model, whose sentences are short. */
const EMBEDDED_REPLY_TOKENS = 64;

/** @throws JuxtaError `unknown-environment`, `bad-module`, `bad-environment-option`, `unknown-model`, `no-user-model` */
export const playersOf = async (
  settings: PlayerSettings & Pick<PlaySettings, 'folder'>,
): Promise<ReadyPlayers> => {
  const spec = environmentSpec(settings);
  const definition = await definitionOf(spec);
  const environment = await openEnvironment(spec);
  const { userModel = null, folder = '.' } = settings;
  const agent = playerSpec(settings.agent ?? 'function-calling');
  const { kind } = await agentNamed(agent, definition);
  if (kind === 'script' && agentNames.includes(agent) && !definition.scripts.includes(agent))
    throw new JuxtaError('bad-option', `the agent ${agent} cannot play ${titleOf(spec)}`, {
      hint: `its scripts are: ${definition.scripts.join(', ') || 'none'}`,
    });
  const asksNone = kind === 'script' || kind === 'person';
  const model = asksNone ? null : await pathOf(settings.model ?? baseModel, folder);
  const user = playerSpec(
    settings.user ?? (userModel === null ? definition.user.scripted : definition.user.withModel),
  );
  const pace = environment.pace ?? defaultPace;
  const cast: CastSpec = {
    environment: spec,
    agent,
    pace: pace.unit,
    protocol: 'default',
    model,
    user,
    userModel: await userModelOf({ user, userModel }),
    ...(settings.judge !== undefined && { judge: settings.judge }),
    maxTokens: settings.replyTokens ?? (isRemote(model) ? definition.replyTokens : EMBEDDED_REPLY_TOKENS),
  };
  await checkUser(cast, environment);
  return { cast, environment, pace };
};

/** @example environmentSpec({ environment: './returns.ts' }) // { module: '/home/ann/returns.ts' } */
export const environmentSpec = ({
  environment = defaultEnvironment,
  environmentOptions: options,
}: Pick<PlayerSettings, 'environment' | 'environmentOptions'>): EnvironmentSpec => {
  return {
    ...(isModulePath(environment) ? { module: resolve(environment) } : { name: environment }),
    ...(options && { options }),
  };
};

/** The whole path of a model's weights; the name of one that is reached over a network. */
export const pathOf = async (name: string, folder: string): Promise<string> =>
  isRemote(name) ? name : resolve(await resolveModel(name, projectFolder(folder)));
