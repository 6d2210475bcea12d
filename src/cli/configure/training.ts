/** Who trains, from what, and with which settings. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { JuxtaError } from '../../base/errors.ts';
import { isPath } from '../../base/user-module.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { Approve } from '../../runs/training/training.ts';
import { defaultTrainer, type TrainerSpec, trainerOf, trainerOptions } from '../../train/registry.ts';
import type { CostEstimate, HyperParameters, Trainer } from '../../train/trainer.ts';
import { dashed } from '../options/option.ts';
import { type TrainerOptions, type TrainingOptions, trainerFlags } from '../options/training.ts';
import { say } from '../terminal/terminal.ts';

export const trainingOf = (options: TrainingOptions): HyperParameters => ({
  ...(options.learningRate !== undefined && { learningRate: options.learningRate }),
  ...(options.epochs !== undefined && { epochs: options.epochs }),
  ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
  ...(options.beta !== undefined && { beta: options.beta }),
  ...(options.sftWeight !== undefined && { sftWeight: options.sftWeight }),
  ...(options.loraRank !== undefined && { lora: { rank: options.loraRank, alpha: 2 * options.loraRank } }),
});

export interface ChosenTrainer {
  readonly trainer: Trainer;
  /** Absent for the default trainer. */
  readonly spec?: TrainerSpec;
}

/**
 * @throws JuxtaError `unknown-trainer`, `bad-module`; `bad-option` for an option that the trainer has no use for, or a
 *   setting without a value
 */
export const chosenTrainer = async (options: TrainerOptions): Promise<ChosenTrainer> => {
  const { trainer: name, set } = options;
  const place = isPath(name) ? { module: resolve(name) } : { name };
  const trainer = await trainerOf(place);
  const given = { ...flagsFor(trainer, options), ...settingsFor(trainer, set) };
  const read = trainerOptions(trainer, given) as JsonObject;
  if (name === defaultTrainer) return { trainer };
  return { trainer, spec: { ...place, options: read } };
};

const flagsFor = ({ name: trainer }: Trainer, options: object): JsonObject => {
  const values = new Map<string, unknown>(Object.entries(options));
  const given: Record<string, Json> = {};
  for (const { name, flag, owners } of trainerFlags()) {
    const value = values.get(flag);
    if (value === undefined || value === false) continue;
    if (!owners.includes(trainer))
      throw new JuxtaError('bad-option', `--${dashed(flag)} means nothing to the trainer ${trainer}`, {
        hint: `it is for --trainer ${owners.join(' or ')}`,
      });
    given[name] = value as Json;
  }
  return given;
};

/** What `--set` gives: the option `settings`, or, where a trainer has none, its options themselves. */
const settingsFor = ({ name, optionsSchema }: Trainer, texts: readonly string[]): JsonObject => {
  if (texts.length === 0) return {};
  const options = Object.keys(optionsSchema.shape);
  if (options.length === 0)
    throw new JuxtaError('bad-option', `--set means nothing to the trainer ${name}`, {
      hint: 'leave it out, or name another --trainer',
    });
  const settings = settingsIn(texts);
  return options.includes('settings') ? { settings } : settings;
};

const settingsIn = (texts: readonly string[]): JsonObject =>
  Object.fromEntries(
    texts.map(text => {
      const [, name, value] = /^([\w.]+)=(.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, parsedValue(value)];
      throw new JuxtaError('bad-option', `--set ${JSON.stringify(text)} is no setting`, {
        hint: 'write it as NAME=VALUE, for example: --set max_length=4096',
      });
    }),
  );

/** JSON, or else a text as it is. */
const parsedValue = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

/** What a trainer starts from: a folder by its whole path, or a name that the trainer knows. */
export const baseOf = (model: string | undefined, trainer: Trainer, option: string): string => {
  if (model === undefined || model.startsWith('embedded:'))
    throw new JuxtaError('no-base', `the trainer ${trainer.name} needs a model to start from`, {
      hint: `name ${trainer.startsFrom}: ${option} MODEL`,
    });
  return trainer.plays === 'served' && existsSync(model) ? resolve(model) : model;
};

/** Shows what a job would cost, and asks whether to begin it. @throws JuxtaError `not-approved` if nobody can be asked */
export const approveWith =
  ({ yes }: Pick<TrainerOptions, 'yes'>): Approve =>
  async estimate => {
    say(costLine(estimate));
    if (yes) return true;
    if (!process.stdin.isTTY)
      throw new JuxtaError('not-approved', 'nobody is here to be asked; nothing was sent', {
        hint: 'begin without being asked: --yes',
      });
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await terminal.question('begin the job? [y/N] ')).trim());
    } finally {
      terminal.close();
    }
  };

const costLine = ({ examples, tokens, epochs, usd }: CostEstimate): string =>
  `cost: ${examples} examples, about ${Math.ceil(tokens / 1000)} k tokens × ${epochs} epochs: ` +
  (usd === undefined ? 'at an unknown price (give it with --price)' : `about ${usd.toFixed(2)} USD`);
