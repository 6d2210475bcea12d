/** What a round of self-training starts from, and how its model comes to be played. */
import { JuxtaError } from '../../base/errors.ts';
import type { SelftrainConfiguration } from '../../runs/configuration.ts';
import type { Serving } from '../../runs/training/serving.ts';
import type { Trainer } from '../../train/trainer.ts';
import type { RoundsOptions } from '../options/training.ts';
import { baseOf, type ChosenTrainer } from './training.ts';

/** @throws JuxtaError `no-base`, `bad-option` */
export const roundsOf = (
  options: RoundsOptions,
  { trainer, spec }: ChosenTrainer,
  model: string,
): Pick<SelftrainConfiguration, 'trainer' | 'base' | 'from' | 'mix' | 'serving'> => {
  const { from, mix, served, serveCommand, base } = options;
  const foreign =
    trainer.plays === 'in-process'
      ? ((served ?? serveCommand) && 'serving') || (base && '--base')
      : trainer.plays !== 'served' && (served ?? serveCommand) && 'serving';
  if (foreign)
    throw new JuxtaError('bad-option', `${foreign} means nothing to the trainer ${trainer.name}`, {
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
