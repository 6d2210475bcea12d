/** Options about what a round of self-training starts from, what it remembers, and how its model comes to be played. */
import { type Command, Option } from 'commander';
import { JuxtaError } from '../../base/errors.ts';
import type { SelftrainConfiguration } from '../../runs/configuration.ts';
import type { Serving } from '../../runs/training/serving.ts';
import type { Trainer } from '../../train/trainer.ts';
import { number } from './options.ts';
import { baseOf, type ChosenTrainer } from './trainers.ts';

export interface RoundsOptions {
  readonly base?: string;
  readonly from?: 'base' | 'last';
  readonly mix: number;
  readonly served?: string;
  readonly serveCommand?: string;
  readonly serveTimeout: number;
}

export const withRounds = (command: Command): Command =>
  command
    .option('--base <name>', 'what the trainer starts from: trl: a folder or a name on the hub')
    .addOption(
      new Option(
        '--from <what>',
        'each round trains from the base, or from the last round that was kept (default: last; trl: base)',
      ).choices(['base', 'last']),
    )
    .addOption(
      new Option('--mix <share>', "share of a round's examples that earlier rounds add")
        .default(0)
        .argParser(number(0, 0.99)),
    )
    .option(
      '--served <template>',
      'trl: how a trained model is reached, {id} standing for its id (default: as --model, with {id} after the #)',
    )
    .option(
      '--serve-command <command>',
      'trl: makes the server offer a new model; reads JUXTA_MODEL (its id), JUXTA_ADAPTER and JUXTA_BASE (folders)',
    )
    .addOption(
      new Option('--serve-timeout <seconds>', 'how long a new model may take to answer for the first time')
        .default(900)
        .argParser(number(0, 1e6)),
    );

/** @throws JuxtaError `no-base`, `bad-option` */
export const roundsOf = (
  options: RoundsOptions,
  { trainer, spec }: ChosenTrainer,
  model: string,
): Pick<SelftrainConfiguration, 'trainer' | 'base' | 'from' | 'mix' | 'serving'> => {
  const { from, mix, served, serveCommand, base } = options;
  const useless =
    trainer.plays === 'in-process'
      ? ((served ?? serveCommand) && 'serving') || (base && '--base')
      : trainer.plays !== 'served' && (served ?? serveCommand) && 'serving';
  if (useless)
    throw new JuxtaError('bad-option', `${useless} means nothing to the trainer ${trainer.name}`, {
      hint: 'leave it out, or name another --trainer',
    });
  const common = { ...(mix > 0 && { mix }), ...(from && { from }) };
  if (trainer.plays === 'in-process') return { ...common, ...(spec && { trainer: spec }) };
  return {
    from: trainer.plays === 'served' ? 'base' : 'last',
    ...common,
    ...(spec && { trainer: spec }),
    base: trainer.plays === 'served' ? baseOf(base, trainer, '--base') : (base ?? model),
    serving: servingOf(options, trainer, model),
  };
};

const servingOf = (
  { served, serveCommand, serveTimeout }: RoundsOptions,
  { plays }: Trainer,
  model: string,
): Serving => {
  const template = served ?? model.replace(/#.*$/s, '#{id}');
  if (plays === 'served' && !(template.startsWith('http') && template.includes('{id}')))
    throw new JuxtaError('bad-option', `${template} is not how a trained model can be reached`, {
      hint: 'write {id} where its id belongs: --served http://localhost:8000/v1#{id}',
    });
  return {
    template,
    timeoutSeconds: serveTimeout,
    ...(serveCommand !== undefined && { command: serveCommand }),
  };
};
