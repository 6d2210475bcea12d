import { JuxtaError } from '../../base/errors.ts';
import type { Method } from '../trainer.ts';
import { presetNamed, type Setting, type TrlSettings } from './presets.ts';

export interface ConfigPlan {
  readonly method: Method;
  readonly preset: string;
  /** Over the preset's. */
  readonly settings: TrlSettings;
  readonly seed: number;
}

/** What this trainer relies on, and therefore writes itself. */
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
 * The settings of a run, without its places.
 * @throws JuxtaError `unknown-preset`, `wrong-method`, `reserved-setting`
 */
export const settingsOf = ({ method, preset, settings, seed }: ConfigPlan): TrlSettings => {
  const taken = Object.keys(settings).find(name => reserved.has(name));
  if (taken !== undefined)
    throw new JuxtaError('reserved-setting', `the setting ${taken} is written by Juxta`, {
      hint: 'Leave it out; model, data, folder and seed are options of their own.',
    });
  return {
    save_total_limit: 2,
    report_to: 'none',
    // The paper's script takes loss on the whole text; prompts and tool results are not the agent's to learn.
    ...(method === 'sft' && { assistant_only_loss: true }),
    ...presetNamed(preset, method).settings,
    ...settings,
    ...managed,
    seed,
  };
};

export interface Places {
  readonly model: string;
  readonly data: string;
  readonly output: string;
}

/** The file for `trl METHOD --config`: YAML, one setting per line. */
export const configText = (settings: TrlSettings, { model, data, output }: Places): string => {
  const lines = [
    `model_name_or_path: ${yaml(model)}`,
    'datasets:',
    '  - path: "json"',
    `    data_files: [${yaml(data)}]`,
    `output_dir: ${yaml(output)}`,
    ...Object.entries(settings).map(([name, value]) => `${name}: ${yaml(value)}`),
  ];
  return `${lines.join('\n')}\n`;
};

/** JSON is YAML, but for numbers such as `5e-7`, which YAML 1.1 reads as text. */
const yaml = (value: Setting): string => {
  if (typeof value !== 'number') return JSON.stringify(value);
  const text = String(value);
  return /^-?\d+e/.test(text) ? text.replace('e', '.0e') : text;
};
