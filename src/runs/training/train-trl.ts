import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import type { Method, TrainProgress } from '../../train/trainer.ts';
import { checkData } from '../../train/trl/data.ts';
import { checkLauncher } from '../../train/trl/found.ts';
import { mergeAdapter } from '../../train/trl/merge.ts';
import type { TrlSettings } from '../../train/trl/presets.ts';
import { settingsOf } from '../../train/trl/settings.ts';
import { trainOnFile } from '../../train/trl/trainer.ts';
import type { TrainPlan, TrainPlanned } from './train-plan.ts';
import type { TrlSpec } from './trainer-spec.ts';

/** Open weights, with TRL in a process of its own. Between two methods the adapter is merged into its base. */
export const trainTrl: TrainPlanned = async (plan, onProgress, { signal }) => {
  const { launcher, balanced } = specOf(plan);
  const id = plan.id ?? basename(plan.folder);
  let base = { id: basename(plan.base), path: plan.base };
  let last: TrainProgress | undefined;
  for (const [i, method] of plan.method.entries()) {
    const folder = join(plan.folder, method);
    const { preset, settings } = wanted(plan, i);
    const note = (text: string): void => {
      const { step = 0, steps = 0 } = last?.method === method ? last : {};
      onProgress({ method, step, steps, loss: Number.NaN, tokensPerSecond: 0 }, text);
    };
    const model = await trainOnFile(
      base,
      plan.data[method]!,
      { method, folder, preset, settings, balanced, launcher, seed: plan.seed, id, onNote: note },
      progress => {
        last = progress;
        onProgress(progress);
      },
      signal,
    );
    if (i === plan.method.length - 1) return { model: model.path, hint: model.hint };
    base = await asBase(model, join(folder, mergedName(plan.base)), plan, signal);
  }
  throw new Error('a training without a method');
};

/** A merged model keeps its base's name, by which its family is known. */
export const mergedName = (base: string): string => `${basename(base)}-merged`;

/** What the next training can start from: an adapter is merged first. @throws as `mergeAdapter` */
export const asBase = async (
  model: { readonly id: string; readonly path: string },
  output: string,
  plan: Pick<TrainPlan, 'trainer'>,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly path: string }> =>
  existsSync(join(model.path, 'adapter_config.json'))
    ? mergeAdapter(model, { output, launcher: specOf(plan).launcher, ...(signal && { signal }) })
    : model;

/** @throws as `checkPlan` */
export const checkTrl = async (plan: Omit<TrainPlan, 'stage' | 'folder'>): Promise<void> => {
  const { presets, launcher } = specOf(plan);
  if (presets.length > 1 && presets.length !== plan.method.length)
    throw new JuxtaError('unknown-preset', `${presets.join('+')} are ${presets.length} presets`, {
      hint: 'name one for all methods, or one for each in their order: --preset paper-sft+paper-kto',
    });
  for (const [i, method] of plan.method.entries()) {
    settingsOf({ method, ...wanted(plan, i) });
    const path = plan.data[method];
    if (path !== undefined) await checkData(path, method);
  }
  checkLauncher(launcher);
};

const specOf = ({ trainer }: Pick<TrainPlan, 'trainer'>): TrlSpec => {
  if (trainer?.name === 'trl') return trainer;
  throw new Error('a plan for another trainer');
};

/** Preset and settings of the sequence's method at a position. */
const wanted = (
  plan: Omit<TrainPlan, 'stage' | 'folder'>,
  at: number,
): { readonly preset: string; readonly settings: TrlSettings } => {
  const { presets, settings } = specOf(plan);
  const common = commonSettings(plan.changes, plan.method[at]!);
  return { preset: presets[at] ?? presets[0] ?? 'defaults', settings: { ...common, ...settings } };
};

/** The hyper-parameters that all trainers have, by TRL's names. */
const commonSettings = (
  { learningRate, epochs, batchSize, beta, lora }: TrainPlan['changes'],
  method: Method,
): TrlSettings => ({
  ...(learningRate !== undefined && { learning_rate: learningRate }),
  ...(epochs !== undefined && { num_train_epochs: epochs }),
  ...(batchSize !== undefined && { per_device_train_batch_size: batchSize, gradient_accumulation_steps: 1 }),
  ...(beta !== undefined && method !== 'sft' && { beta }),
  ...(lora !== undefined && { use_peft: true, lora_r: lora.rank, lora_alpha: lora.alpha }),
});
