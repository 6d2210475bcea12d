/** Options of commands that play tasks: where, by which agent and user, and with which models behind them. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import { defaultPace, type Environment, type Pace } from '../../environments/environment.ts';
import { openEnvironment } from '../../environments/open.ts';
import { definitionOf } from '../../environments/registry.ts';
import { type EnvironmentSpec, titleOf } from '../../environments/spec.ts';
import { readWeights } from '../../models/embedded/safetensors.ts';
import { baseModel, resolveModel } from '../../models/open.ts';
import { agentNamed, agentNames, userNames } from '../../players/registry.ts';
import { type CastSpec, checkUser, isRemote, userModelOf } from '../../rollout/cast.ts';
import type { EvaluateConfiguration } from '../../runs/configuration.ts';
import type { ResumeOption } from '../commands/run.ts';
import { type LimitOptions, limitsOf } from './limits.ts';
import {
  type CommonOptions,
  type EnvironmentOptions,
  environmentOf,
  number,
  whole,
  withEnvironment,
} from './options.ts';
import { type PaceOptions, paceOf, withPace } from './pace.ts';

export interface PlayerOptions extends EnvironmentOptions, PaceOptions {
  readonly model?: string;
  readonly agent: string;
  readonly errorRate?: number;
  readonly user?: string;
  readonly userModel?: string;
  readonly userTemperature?: number;
  /** Only `evaluate` asks for one. */
  readonly judge?: string;
  readonly protocol: 'default' | 'reference';
  readonly replyTokens?: number;
}

/** What all commands that play tasks are told. */
export interface PlayOptions extends CommonOptions, PlayerOptions, LimitOptions, ResumeOption {
  readonly temperature: number;
}

export const withPlayers = (command: Command): Command =>
  withPace(withEnvironment(command))
    .option(
      '--model <name>',
      `the agent's: embedded:base, embedded:RUN, a weights file, http://HOST/v1#MODEL, openai:MODEL, anthropic:MODEL, google:MODEL, PROVIDER:MODEL of an installed AI SDK provider, or a name of "models" in juxta.config.ts (default: ${baseModel})`,
    )
    .addOption(
      new Option(
        '--agent <name>',
        'how the agent uses its model; or a script: without errors (the ceiling), as the base learnt, or playing the ground truth',
      )
        .choices(agentNames)
        .default('function-calling'),
    )
    .addOption(
      new Option('--error-rate <x>', "share of a scripted agent's actions that go wrong").argParser(
        number(0, 1),
      ),
    )
    .addOption(
      new Option(
        '--user <name>',
        'who plays the user (default: the script that the environment comes with, or a model with --user-model)',
      ).choices(userNames),
    )
    .option('--user-model <name>', 'the model that plays the user, named like --model')
    .addOption(
      new Option(
        '--user-temperature <t>',
        "of the model that plays the user (default: 0; τ-bench's: 1, under --protocol reference 0)",
      ).argParser(number(0, 10)),
    )
    .addOption(
      new Option('--protocol <name>', 'how tool calls and prompts are handled: our way, or as published')
        .choices(['default', 'reference'])
        .default('default'),
    )
    .addOption(new Option('--reply-tokens <n>', 'most tokens of one reply of the agent').argParser(whole(1)));

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
  options: PlayerOptions,
  folder: string,
  unit?: Pace['unit'],
): Promise<Players> => {
  const spec = await environmentOf(options);
  const definition = await definitionOf(spec);
  const environment = await openEnvironment(spec);
  const scripted = agentNamed(options.agent, definition).kind === 'script';
  if (scripted && !definition.scripts.includes(options.agent))
    throw new JuxtaError('bad-option', `the agent ${options.agent} cannot play ${titleOf(spec)}`, {
      hint: definition.scripts[0]
        ? `its script is another environment's; here it is: --agent ${definition.scripts[0]}`
        : "its script is another environment's; here is none: leave --agent out",
    });
  const model = scripted ? null : await modelOf(options.model ?? baseModel, folder, spec, environment);
  const userModel = options.userModel ?? null;
  refuseForEmbedded(options.agent, model, userModel);
  const user = options.user ?? (userModel === null ? definition.user.scripted : definition.user.withModel);
  const pace = paceOf(environment.pace ?? defaultPace, options);
  const cast: CastSpec = {
    environment: spec,
    agent: options.agent,
    ...(options.errorRate !== undefined && { errorRate: options.errorRate }),
    pace: unit === 'requests' ? unit : pace.unit,
    protocol: options.protocol,
    model,
    user,
    userModel: userModelOf({ user, userModel }),
    ...(options.userTemperature !== undefined && { userTemperature: options.userTemperature }),
    ...(options.judge !== undefined && {
      judge: await modelOf(options.judge, folder, spec, environment),
    }),
    maxTokens: options.replyTokens ?? (isRemote(model) ? definition.replyTokens : EMBEDDED_REPLY_TOKENS),
  };
  await checkUser(cast, environment);
  return { environment, pace, cast };
};

/** The embedded model has learnt one part in one form. @throws JuxtaError `bad-option` */
const refuseForEmbedded = (agent: string, model: string | null, userModel: string | null): void => {
  if (agentNamed(agent).kind === 'prompted-model' && !isRemote(model))
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
  const { codec } = await readWeights(path);
  const unknown = tools.find(tool => !codec.toolNames.includes(tool.name));
  if (!unknown) return path;
  throw new JuxtaError('unknown-tool', `the model ${name} was not trained for the tool ${unknown.name}`, {
    hint: `choose another model, or another environment than ${titleOf(spec)}`,
  });
};
