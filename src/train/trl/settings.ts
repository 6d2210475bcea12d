import { JuxtaError } from '../../base/errors.ts';
import { factsOf, type Method } from '../methods.ts';
import { presetNamed, type TrlSettings } from './presets.ts';

export interface SettingsPlan {
  readonly method: Method;
  readonly preset: string;
  /** Over the preset's. */
  readonly settings: TrlSettings;
}

/** What this trainer relies on, and therefore sets itself. */
const managed: TrlSettings = {
  save_strategy: 'steps',
  logging_strategy: 'steps',
  logging_steps: 1,
  logging_first_step: true,
};
const reserved = new Set([
  ...Object.keys(managed),
  'model_name_or_path',
  'datasets',
  'dataset_name',
  'output_dir',
  'resume_from_checkpoint',
  'seed',
  'disable_tqdm',
  'streaming',
  'env',
]);

/**
 * TRL's options for a run, by their names there; model, data, folder and seed are not among them.
 * @throws JuxtaError `unknown-preset`, `wrong-method`, `reserved-setting`, `bad-option`
 */
export const settingsOf = ({ method, preset, settings }: SettingsPlan): TrlSettings => {
  const taken = Object.keys(settings).find(name => reserved.has(name));
  if (taken !== undefined)
    throw new JuxtaError('reserved-setting', `the setting ${taken} is written by Juxta`, {
      hint: 'Leave it out; model, data, folder and seed are options of their own.',
    });
  const all: TrlSettings = {
    save_total_limit: 2,
    report_to: 'none',
    // The paper's script takes loss on the whole text; prompts and tool results are not the agent's to learn.
    ...(factsOf(method).imitates && { assistant_only_loss: true }),
    ...presetNamed(preset, method).settings,
    ...settings,
    ...managed,
  };
  if (factsOf(method).labelled && all.per_device_train_batch_size === 1)
    throw new JuxtaError('bad-option', `${method} cannot train with batches of one example`, {
      hint: 'it compares within a batch: --batch-size 2, or --set per_device_train_batch_size=2',
      permanent: true,
    });
  return all;
};
