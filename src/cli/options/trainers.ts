/** Options that say who trains, and what each trainer wants to know: its own come from its schema. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { Approve } from '../../runs/training/training.ts';
import {
  builtInTrainers,
  defaultTrainer,
  type TrainerSpec,
  trainerOf,
  trainerOptions,
} from '../../train/registry.ts';
import type { CostEstimate, Trainer } from '../../train/trainer.ts';
import { say } from '../terminal/terminal.ts';
import { isPath } from './options.ts';

export interface TrainerOptions {
  readonly trainer: string;
  readonly set: readonly string[];
  readonly yes: boolean;
  /** The flags of trainers' own options. */
  readonly [flag: string]: unknown;
}

/** What the schema of an option says of its flag. */
const flagMeta = z.object({ flag: z.string(), description: z.string() });

interface OwnFlag {
  /** The option's name in the schema. */
  readonly name: string;
  readonly option: Option;
  readonly owners: readonly string[];
  readonly isNumber: boolean;
}

/** The flags of the trainers that Juxta comes with; what several trainers call alike is one flag. */
const ownFlags = (): readonly OwnFlag[] => {
  const found = new Map<string, OwnFlag>();
  for (const trainer of builtInTrainers)
    for (const [name, schema] of Object.entries(trainer.optionsSchema.shape)) {
      const meta = flagMeta.safeParse((schema as z.ZodType).meta());
      if (!meta.success) continue;
      const { flag, description } = meta.data;
      const owners = [...(found.get(flag)?.owners ?? []), trainer.name];
      const option = new Option(flag, `${owners.join(', ')}: ${description}`);
      const { type } = z.toJSONSchema(schema as z.ZodType, { io: 'input' });
      found.set(flag, { name, option, owners, isNumber: type === 'number' || type === 'integer' });
    }
  return [...found.values()];
};

export const withTrainer = (command: Command): Command => {
  command
    .addOption(
      new Option(
        '--trainer <name>',
        `one of: ${builtInTrainers.map(({ name }) => name).join(', ')}; or the path of a module`,
      ).default(defaultTrainer),
    )
    .option(
      '--set <settings...>',
      "NAME=VALUE: a trainer's own settings by its names (TRL's options; fields of a service's request)",
      [],
    );
  for (const { option } of ownFlags()) command.addOption(option);
  return command.option('--yes', 'services: begin without asking, whatever it costs', false);
};

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

const flagsFor = ({ name: trainer }: Trainer, options: TrainerOptions): JsonObject => {
  const given: Record<string, Json> = {};
  for (const { name, option, owners, isNumber } of ownFlags()) {
    const value = options[option.attributeName()];
    if (value === undefined || value === false) continue;
    if (!owners.includes(trainer))
      throw new JuxtaError('bad-option', `${option.long} means nothing to the trainer ${trainer}`, {
        hint: `it is for --trainer ${owners.join(' or ')}`,
      });
    given[name] = isNumber ? Number(value) : (value as Json);
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
