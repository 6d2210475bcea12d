/** Options that say who plays: agent and user, the models behind them, and what they may cost. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { JuxtaError } from '../base/errors.ts';
import { defaultPace, type Environment, type Pace } from '../environments/environment.ts';
import { type EnvironmentSpec, openEnvironment } from '../environments/open.ts';
import { readWeights } from '../models/embedded/safetensors.ts';
import { baseModel, resolveModel } from '../models/open.ts';
import type { Limits } from '../runs/backing.ts';
import {
  type AgentName,
  agentNames,
  type CastSpec,
  isRemote,
  type UserName,
  userModelOf,
  userNames,
} from '../runs/cast.ts';
import { type EnvironmentOptions, environmentOf, number, whole } from './options.ts';

export interface PlayerOptions {
  readonly model?: string;
  readonly agent: AgentName;
  readonly errorRate?: number;
  readonly user?: UserName;
  readonly userModel?: string;
  /** Only `evaluate` asks for one. */
  readonly judge?: string;
  readonly protocol: 'default' | 'reference';
  readonly replyTokens?: number;
}

export interface LimitOptions {
  readonly maxUsd?: number;
  readonly maxTokens?: number;
  readonly maxCalls?: number;
  readonly inFlight?: number;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly timeout?: number;
  readonly retryWait?: number;
  readonly prices?: string;
  readonly parallel?: number;
  readonly cache: boolean;
  readonly sampleSeeds: boolean;
}

export interface DryRunOption {
  readonly dryRun?: number | true;
}

/** Tasks that tell what a run will take, if it is not said how many. */
const PROBES = 5;
export const probesOf = ({ dryRun }: DryRunOption): number | undefined => (dryRun === true ? PROBES : dryRun);

export const withDryRun = (command: Command): Command =>
  command.addOption(
    new Option(
      '--dry-run [n]',
      `play only n tasks (default: ${PROBES}), tell what all would take, and keep the answers for --resume`,
    ).argParser(whole(1)),
  );

export const withPlayers = (command: Command): Command =>
  command
    .option(
      '--model <name>',
      `the agent's: embedded:base, embedded:RUN, a weights file, openai:MODEL, anthropic:MODEL, google:MODEL or http://HOST/v1#MODEL (default: ${baseModel})`,
    )
    .addOption(
      new Option(
        '--agent <name>',
        'how the agent uses its model; or a script: without errors (the ceiling), as the base learnt, or playing the ground truth (τ-bench)',
      )
        .choices(agentNames)
        .default('function-calling'),
    )
    .addOption(
      new Option('--error-rate <x>', "share of the ground-truth agent's actions that go wrong").argParser(
        number(0, 1),
      ),
    )
    .addOption(
      new Option(
        '--user <name>',
        'who plays the user (default: agenda; τ-bench: script, or llm with --user-model)',
      ).choices(userNames),
    )
    .option('--user-model <name>', 'the model that plays the user, named like --model')
    .addOption(
      new Option('--protocol <name>', 'how tool calls and prompts are handled: our way, or as published')
        .choices(['default', 'reference'])
        .default('default'),
    )
    .addOption(new Option('--reply-tokens <n>', 'most tokens of one reply of the agent').argParser(whole(1)));

export const withLimits = (command: Command): Command =>
  command
    .addOption(new Option('--max-usd <x>', 'hard cap on what a run may cost').argParser(number(0, 1e9)))
    .addOption(new Option('--max-tokens <n>', 'hard cap on tokens, in and out').argParser(whole(1)))
    .addOption(new Option('--max-calls <n>', 'hard cap on requests').argParser(whole(1)))
    .addOption(new Option('--in-flight <n>', 'most requests at once, per endpoint').argParser(whole(1)))
    .addOption(new Option('--rpm <n>', 'most requests per minute').argParser(whole(1)))
    .addOption(new Option('--tpm <n>', 'most tokens per minute').argParser(whole(1)))
    .addOption(
      new Option('--timeout <s>', 'seconds to wait for an answer (default: 120)').argParser(
        number(0.001, 1e6),
      ),
    )
    .addOption(
      new Option(
        '--retry-wait <s>',
        'seconds to wait at most before a failed request is tried again; doubles from try to try (default: 0.5)',
      ).argParser(number(0.001, 60)),
    )
    .option('--prices <file>', 'price list in the layout of models.dev, over the built-in one')
    .addOption(
      new Option(
        '--parallel <n>',
        'tasks at once with remote models (default: twice --in-flight, or 32)',
      ).argParser(whole(1)),
    )
    .option('--no-cache', 'ask equal greedy requests anew')
    .option(
      '--sample-seeds',
      'send a seed for every sample (for endpoints that take it: juxta serve)',
      false,
    );

export const limitsOf = (options: LimitOptions): Limits => ({
  ...(options.maxUsd !== undefined && { maxUsd: options.maxUsd }),
  ...(options.maxTokens !== undefined && { maxTokens: options.maxTokens }),
  ...(options.maxCalls !== undefined && { maxCalls: options.maxCalls }),
  ...(options.inFlight !== undefined && { maxInFlight: options.inFlight }),
  ...(options.rpm !== undefined && { requestsPerMinute: options.rpm }),
  ...(options.tpm !== undefined && { tokensPerMinute: options.tpm }),
  ...(options.timeout !== undefined && { timeoutSeconds: options.timeout }),
  ...(options.retryWait !== undefined && { retrySeconds: options.retryWait }),
  ...(options.prices !== undefined && { prices: resolve(options.prices) }),
  ...(options.parallel !== undefined && { parallel: options.parallel }),
  ...(options.cache ? {} : { cache: false }),
  ...(options.sampleSeeds && { sampleSeeds: true }),
});

export interface Players {
  readonly cast: CastSpec;
  readonly environment: Environment;
  readonly pace: Pace;
}

/** Most tokens of a reply: the embedded model's sentences are short; 256 is the published setting of ToolWOZ. */
const REPLY_TOKENS = { embedded: 64, toolwoz: 256, tau: 1024 };

/**
 * Reads the options and what they name: environment, weights. What is wrong with them is said here, before a run begins.
 * @param unit the search's, if it asks for single requests
 */
export const playersOf = async (
  options: EnvironmentOptions & PlayerOptions,
  folder: string,
  unit?: Pace['unit'],
): Promise<Players> => {
  const spec = environmentOf(options);
  const environment = await openEnvironment(spec);
  const tau = spec.name.startsWith('tau');
  const scripted = ['script', 'fallible-script', 'ground-truth'].includes(options.agent);
  const model = scripted ? null : await modelOf(options.model ?? baseModel, folder, spec, environment);
  const userModel =
    options.userModel === undefined ? null : await modelOf(options.userModel, folder, spec, environment);
  const user =
    options.user ?? (tau ? (userModel === null ? 'script' : 'llm') : userModel === null ? 'agenda' : 'goal');
  const pace = environment.pace ?? defaultPace;
  return {
    environment,
    pace,
    cast: {
      environment: spec,
      agent: options.agent,
      ...(options.errorRate !== undefined && { errorRate: options.errorRate }),
      pace: unit === 'requests' ? unit : pace.unit,
      protocol: options.protocol,
      model,
      user,
      userModel: userModelOf({ user, userModel }),
      ...(options.judge !== undefined && {
        judge: await modelOf(options.judge, folder, spec, environment),
      }),
      maxTokens:
        options.replyTokens ??
        (isRemote(model) ? (tau ? REPLY_TOKENS.tau : REPLY_TOKENS.toolwoz) : REPLY_TOKENS.embedded),
    },
  };
};

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
    hint: `choose another model, or another environment than ${spec.name}`,
  });
};
