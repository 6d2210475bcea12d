import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { ktoWeights } from '../../harvest/filter.ts';
import { factsOf } from '../methods.ts';
import type { Dataset, ModelRef } from '../trainer.ts';
import { checkData, type DataFacts, writeData } from './data.ts';
import { follow } from './follow.ts';
import type { TrlOptions, TrlProgress } from './options.ts';
import type { TrlSettings } from './presets.ts';
import { fingerprint, openRecord } from './record.ts';
import { readAdapter, servingHint, templateIn } from './serve.ts';
import { settingsOf } from './settings.ts';

/** `path` is the adapter's folder (the model's, where no adapter was asked for). */
export interface TrlModel extends ModelRef {
  /** How to serve it, for a person. */
  readonly hint: string;
}

/**
 * Trains open weights with TRL in a process of its own (`runner.py`). The base's path is a folder or a name on the
 * model hub. Called again with the same options after a stop or a crash, it goes on from the last checkpoint; a
 * finished run is not trained again.
 *
 * @example
 * const model = await trainTrl(
 *   { id: 'llama', path: 'meta-llama/Llama-3.1-8B-Instruct' }, dataset,
 *   { method: 'dpo', folder: 'runs/train-1', seed: 42 }, progress => console.log(progress.loss));
 * console.log(model.hint);
 * @throws as `trainOnFile`; JuxtaError `wrong-data`
 */
export const trainTrl = async (
  base: ModelRef,
  dataset: Dataset,
  options: TrlOptions,
  onProgress: (progress: TrlProgress) => void,
  signal?: AbortSignal,
): Promise<TrlModel> => {
  const { method, folder, seed } = options;
  if (dataset[method].length === 0)
    throw new JuxtaError('wrong-data', `there are no examples for ${method}`, {
      hint: 'Roll out more tasks, or filter less.',
    });
  const file = join(folder, 'data', `${method}.jsonl`);
  await writeData(dataset, method, file, seed);
  return trainOnFile(base, file, options, onProgress, signal);
};

/**
 * Trains on a file in the format `trl-METHOD`, or on the method's file in an exported folder.
 * @throws BadInputError naming file, line and field of data that TRL would stumble over, or if the folder belongs to
 *   another run; TrlFailedError with the end of the log; TrainingInterruptedError; JuxtaError `cannot-start`,
 *   `unknown-preset`, `wrong-method`, `reserved-setting`, `adapter-as-base`, `not-resumed`
 */
export const trainOnFile = async (
  base: ModelRef,
  data: string,
  options: TrlOptions,
  onProgress: (progress: TrlProgress) => void,
  signal?: AbortSignal,
): Promise<TrlModel> => {
  const { method } = options;
  if (existsSync(join(base.path, 'adapter_config.json')))
    throw new JuxtaError('adapter-as-base', `${base.path} is an adapter, which TRL cannot train on`, {
      hint: 'Merge it into its base first (mergeAdapter), or train from the base with the data of both rounds.',
    });
  const plan = { method, preset: options.preset ?? 'defaults', settings: {} };
  settingsOf({ ...plan, settings: options.settings ?? {} });
  const facts = await checkData(data, method);
  const settings = settingsOf({ ...plan, settings: { ...weightsFor(facts, options), ...options.settings } });

  const folder = resolve(options.folder);
  const output = join(folder, 'adapter');
  await mkdir(output, { recursive: true });
  const record = await openRecord(folder, fingerprint(base, settings, facts, options.seed));
  if (!record.finished) {
    await follow({ folder, output, base, facts, settings, options, onProgress, signal });
    await finishedOutput(output, folder);
    await record.finish();
    // Rows and tokens as the library keeps them: as large as the data, and of no use any more.
    await rm(join(folder, 'cache'), { recursive: true, force: true });
  }
  return describe(options.id ?? basename(folder), output);
};

const weightsFor = ({ desirable, undesirable }: DataFacts, { method, balanced }: TrlOptions): TrlSettings => {
  if (!balanced || !factsOf(method).labelled) return {};
  const weights = ktoWeights({ ktoGood: desirable, ktoBad: undesirable });
  return { desirable_weight: weights.desirable, undesirable_weight: weights.undesirable };
};

/** @throws JuxtaError `no-model` if TRL said it succeeded, but there are no weights */
const finishedOutput = async (output: string, folder: string): Promise<void> => {
  if (['adapter_config.json', 'config.json'].some(name => existsSync(join(output, name)))) return;
  throw new JuxtaError('no-model', `trl ended well, but there is no model in ${output}`, {
    hint: `Look into ${join(folder, 'trl.log')}.`,
  });
};

const describe = async (id: string, path: string): Promise<TrlModel> => {
  const adapter = existsSync(join(path, 'adapter_config.json')) ? await readAdapter(path) : undefined;
  return { id, path, hint: servingHint(id, path, adapter, await templateIn(path)) };
};
