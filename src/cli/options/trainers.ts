/** Options that say who trains: in this process, TRL, or a service; and what each of them wants to know. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import type { Json } from '../../dialogue/json.ts';
import {
  type Approve,
  type HostedSpec,
  hostedNames,
  type TrainerName,
  type TrainerSpec,
  type TrlSpec,
  trainerNames,
} from '../../runs/training/trainer-spec.ts';
import type { CostEstimate } from '../../train/hosted/cost.ts';
import { pythonLauncher, uvxLauncher } from '../../train/trl/launcher.ts';
import { presets, type TrlSettings } from '../../train/trl/presets.ts';
import { say } from '../terminal/terminal.ts';
import { number } from './options.ts';

export interface TrainerOptions {
  readonly trainer: TrainerName;
  readonly set: readonly string[];
  readonly preset?: string;
  readonly balanced: boolean;
  readonly python?: string;
  readonly price?: number;
  readonly yes: boolean;
  readonly endpoint?: string;
  readonly poll?: number;
  readonly job?: string;
}

export const withTrainer = (command: Command): Command =>
  command
    .addOption(
      new Option('--trainer <name>', 'in this process, TRL for open weights, or a service')
        .choices(trainerNames)
        .default('embedded'),
    )
    .option('--preset <name>', `trl: hyper-parameters, of ${Object.keys(presets).join(', ')}`)
    .option('--balanced', 'trl: weigh both classes of KTO alike, in place of the preset', false)
    .option(
      '--set <settings...>',
      "NAME=VALUE: a trainer's own settings by its names (TRL's options; fields of a service's request)",
      [],
    )
    .option('--python <path>', 'trl: the Python where TRL is installed (default: through uvx)')
    .addOption(
      new Option('--price <usd>', 'services: price of a million training tokens, for the estimate').argParser(
        number(0, 1e6),
      ),
    )
    .option('--yes', 'services: begin without asking, whatever it costs', false)
    .option('--endpoint <url>', "services: in place of the service's own address")
    .addOption(
      new Option('--poll <seconds>', 'services: between two looks at the job (default: 10)').argParser(
        number(0.01, 3600),
      ),
    )
    .option('--job <id>', 'services: follow this job, begun elsewhere, instead of starting one');

/** Whose each option is; a list of names where it is not all that are not embedded. */
const owners: Readonly<Record<string, readonly TrainerName[]>> = {
  preset: ['trl'],
  balanced: ['trl'],
  python: ['trl'],
  set: ['trl', ...hostedNames],
  price: hostedNames,
  endpoint: hostedNames,
  poll: hostedNames,
  job: hostedNames,
};

/** @throws JuxtaError `bad-option` for an option that the trainer has no use for, or a setting without a value */
export const trainerOf = (options: TrainerOptions): TrainerSpec => {
  const { trainer, price, endpoint, poll, job } = options;
  for (const [name, own] of Object.entries(owners)) {
    const given = options[name as keyof TrainerOptions];
    if (own.includes(trainer) || given === undefined || given === false || String(given) === '') continue;
    throw new JuxtaError('bad-option', `--${name} means nothing to the trainer ${trainer}`, {
      hint: `it is for --trainer ${own.join(' or ')}`,
    });
  }
  const settings = settingsOf(options.set);
  if (trainer === 'embedded') return { name: trainer };
  if (trainer === 'trl') return trlSpec(options, settings as TrlSettings);
  const spec: HostedSpec = {
    name: trainer,
    settings,
    ...(price !== undefined && { price }),
    ...(endpoint !== undefined && { endpoint: endpoint.replace(/\/+$/, '') }),
    ...(poll !== undefined && { pollSeconds: poll }),
    ...(job !== undefined && { job }),
  };
  return spec;
};

const trlSpec = ({ preset, balanced, python }: TrainerOptions, settings: TrlSettings): TrlSpec => ({
  name: 'trl',
  presets: (preset ?? 'defaults').split('+').map(name => name.trim()),
  settings,
  balanced,
  launcher: python === undefined ? uvxLauncher() : pythonLauncher(program(python)),
});

/** A program by its path, or as the shell finds it. */
const program = (name: string): string => (/[/\\]/.test(name) || existsSync(name) ? resolve(name) : name);

const settingsOf = (texts: readonly string[]): Readonly<Record<string, Json>> =>
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
export const baseOf = (model: string | undefined, trainer: TrainerName, option: string): string => {
  if (model === undefined || model.startsWith('embedded:'))
    throw new JuxtaError('no-base', `the trainer ${trainer} needs a model to start from`, {
      hint:
        trainer === 'trl'
          ? `name a folder or a model on the hub: ${option} Qwen/Qwen2.5-7B-Instruct`
          : `name a model that the service can train: ${option} MODEL`,
    });
  return trainer === 'trl' && existsSync(model) ? resolve(model) : model;
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
