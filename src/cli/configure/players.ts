/** Who plays, where, and by which models: what the options name is looked up, and what is wrong with it is told. */
import { resolve } from 'node:path';
import type { AgentDefinition } from '../../agents/registry.ts';
import { JuxtaError } from '../../base/errors.ts';
import { defaultPace, type Environment, type Pace } from '../../environments/environment.ts';
import { openEnvironment } from '../../environments/open.ts';
import { definitionOf } from '../../environments/registry.ts';
import { type EnvironmentSpec, titleOf } from '../../environments/spec.ts';
import { baseModel, resolveModel } from '../../models/open.ts';
import { agentNamed, agentNames, playerSpec } from '../../players/registry.ts';
import { type CastSpec, checkUser, isRemote, userModelOf } from '../../rollout/cast.ts';
import type { EvaluateConfiguration } from '../../runs/configuration.ts';
import type { RunOptions, TemperatureOptions } from '../options/common.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import type { LimitOptions } from '../options/limits.ts';
import type { PlayerOptions } from '../options/players.ts';
import { environmentOf } from './environment.ts';
import { limitsOf } from './limits.ts';
import { paceOf } from './pace.ts';

/** What all commands that play tasks are told. */
export type PlayOptions = RunOptions &
  PlayerOptions &
  EnvironmentOptions &
  LimitOptions &
  TemperatureOptions & { readonly judge?: string | undefined };

export interface Players {
  readonly cast: CastSpec;
  readonly environment: Environment;
  readonly pace: Pace;
}

/** Most tokens of a reply of the embedded model, whose sentences are short. */
const EMBEDDED_REPLY_TOKENS = 64;

/**
 * Reads the options and what they name: environment, weights. What is wrong with them is said here, before a run begins.
 * @param unit the search's, if it asks for single requests
 */
export const playersOf = async (
  options: PlayerOptions & EnvironmentOptions & Pick<PlayOptions, 'judge'>,
  folder: string,
  unit?: Pace['unit'],
): Promise<Players> => {
  const spec = await environmentOf(options);
  const definition = await definitionOf(spec);
  const environment = await openEnvironment(spec);
  const agent = playerSpec(options.agent);
  const { kind } = await agentNamed(agent, definition);
  if (kind === 'script' && agentNames.includes(agent) && !definition.scripts.includes(agent))
    throw new JuxtaError('bad-option', `the agent ${options.agent} cannot play ${titleOf(spec)}`, {
      hint: definition.scripts[0]
        ? `its script is another environment's; here it is: --agent ${definition.scripts[0]}`
        : "its script is another environment's; here is none: leave --agent out",
    });
  const asksNone = kind === 'script' || kind === 'person';
  const model = asksNone ? null : await modelOf(options.model ?? baseModel, folder, spec, environment);
  const userModel = options.userModel ?? null;
  refuseForEmbedded({ agent, kind }, model, userModel);
  const user = playerSpec(
    options.user ?? (userModel === null ? definition.user.scripted : definition.user.withModel),
  );
  const pace = paceOf(environment.pace ?? defaultPace, options);
  const cast: CastSpec = {
    environment: spec,
    agent,
    ...(options.errorRate !== undefined && { errorRate: options.errorRate }),
    pace: unit === 'requests' ? unit : pace.unit,
    protocol: options.protocol,
    model,
    user,
    userModel: await userModelOf({ user, userModel }),
    ...(options.userTemperature !== undefined && { userTemperature: options.userTemperature }),
    ...(options.userTokens !== undefined && { userTokens: options.userTokens }),
    ...(options.judge !== undefined && {
      judge: await modelOf(options.judge, folder, spec, environment),
    }),
    maxTokens: options.replyTokens ?? (isRemote(model) ? definition.replyTokens : EMBEDDED_REPLY_TOKENS),
  };
  await checkUser(cast, environment);
  return { environment, pace, cast };
};

/** The embedded model has learnt one part in one form. @throws JuxtaError `bad-option` */
const refuseForEmbedded = (
  { agent, kind }: { readonly agent: string; readonly kind: AgentDefinition['kind'] },
  model: string | null,
  userModel: string | null,
): void => {
  if (kind === 'prompted-model' && !isRemote(model))
    throw new JuxtaError('bad-option', `the embedded model knows no prompts of the agent ${agent}`, {
      hint: 'leave --agent out, or name another --model, for example openai:gpt-…',
    });
  if (userModel !== null && !isRemote(userModel))
    throw new JuxtaError('bad-option', `an embedded model cannot play the user: ${userModel}`, {
      hint: 'name another --user-model, for example openai:gpt-…, or leave it out',
    });
};

/** How the players play, at which pace, and what that may cost. */
export const playOf = (
  options: PlayOptions,
  { messages, steps }: Pace,
): Omit<EvaluateConfiguration, 'cast' | 'model' | 'maxTries'> => ({
  seed: options.seed,
  temperature: options.temperature,
  maxMessages: messages,
  maxSteps: steps,
  threads: options.threads,
  limits: limitsOf(options),
});

/** A remote model's name as it is; of an embedded one the path of its weights. */
const modelOf = async (
  name: string,
  folder: string,
  spec: EnvironmentSpec,
  environment: Environment,
): Promise<string> => (isRemote(name) ? name : weightsFor(name, folder, spec, environment));

/**
 * The path of an embedded model's weights, read once to see that they are whole and know the environment's tools.
 * @throws JuxtaError `unknown-model`, `unknown-tool`; BadInputError if the file is not the weights of an embedded model
 */
export const weightsFor = async (
  name: string,
  folder: string,
  spec: EnvironmentSpec,
  environment?: Environment,
): Promise<string> => {
  const { tools } = environment ?? (await openEnvironment(spec));
  const path = resolve(await resolveModel(name, folder));
  const { readWeights } = await import('../../models/embedded/safetensors.ts');
  const { codec } = await readWeights(path);
  const unknown = tools.find(tool => !codec.toolNames.includes(tool.name));
  if (!unknown) return path;
  throw new JuxtaError('unknown-tool', `the model ${name} was not trained for the tool ${unknown.name}`, {
    hint: `choose another model, or another environment than ${titleOf(spec)}`,
  });
};
