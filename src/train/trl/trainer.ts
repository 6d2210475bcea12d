import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { ktoWeights } from '../../harvest/filter.ts';
import { TrainingInterruptedError } from '../embedded/optimiser/optimise.ts';
import type { Dataset, Method, ModelRef, Trainer, TrainProgress } from '../trainer.ts';
import { type FoundCheckpoint, lastCheckpoint } from './checkpoint.ts';
import { configText, settingsOf } from './config.ts';
import { checkData, type DataFacts, writeData } from './data.ts';
import { hookedEnvironment } from './hook.ts';
import { commandOf, type Launcher, uvxLauncher } from './launcher.ts';
import { createLogReader } from './log.ts';
import type { TrlSettings } from './presets.ts';
import { run } from './process.ts';
import { fingerprint, openRecord } from './record.ts';
import { readAdapter, servingHint } from './serve.ts';

export interface TrlOptions {
  readonly method: Method;
  /** The run's own folder: data, config.yaml, trl.log, and adapter/ with its checkpoints. */
  readonly folder: string;
  /** One of `presets` (default `defaults`). */
  readonly preset?: string;
  /** Options of TRL by their names there, over the preset's: `{ learning_rate: 1e-5, use_cpu: true }`. */
  readonly settings?: TrlSettings;
  /** KTO: weights such that both classes of this data weigh the same, in place of the preset's. */
  readonly balanced?: boolean;
  readonly seed: number;
  /** The new model's id (default: the folder's name). */
  readonly id?: string;
  /** Default: through uv. */
  readonly launcher?: Launcher;
  /** How long TRL may take to end once it is stopped, in ms (default 30,000). */
  readonly graceMs?: number;
}

/** What TRL logs beside the port's figures. */
export interface TrlProgress extends TrainProgress {
  /** By TRL's names, for example `grad_norm`, `rewards/margins`, `kl`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** `path` is the adapter's folder (the model's, where no adapter was asked for). */
export interface TrlModel extends ModelRef {
  /** How to serve it, for a person. */
  readonly hint: string;
}

export interface TrlTrainer extends Trainer<TrlOptions> {
  train(...given: Parameters<Trainer<TrlOptions>['train']>): Promise<TrlModel>;
}

/**
 * Trains open weights with TRL in a process of its own: `trl sft|kto|dpo`. The base's path is a folder or a name on the
 * model hub. Called again with the same options after a stop or a crash, it goes on from the last checkpoint; a
 * finished run is not trained again.
 *
 * @example
 * const model = await trlTrainer().train(
 *   { id: 'llama', path: 'meta-llama/Llama-3.1-8B-Instruct' }, dataset,
 *   { method: 'kto', preset: 'paper-kto', folder: 'runs/train-1', seed: 42 }, progress => console.log(progress.loss));
 * console.log(model.hint);
 */
export const trlTrainer = (): TrlTrainer => ({
  name: 'trl',
  train: async (base, dataset: Dataset, options, onProgress, signal) => {
    const { method, folder, seed } = options;
    if (dataset[method].length === 0)
      throw new JuxtaError('wrong-data', `there are no examples for ${method}`, {
        hint: 'Roll out more tasks, or filter less.',
      });
    const file = join(folder, 'data', `${method}.jsonl`);
    await writeData(dataset, method, file, seed);
    return trainOnFile(base, file, options, onProgress, signal);
  },
});

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
  const plan = { method, preset: options.preset ?? 'defaults', settings: {}, seed: options.seed };
  settingsOf({ ...plan, settings: options.settings ?? {} });
  const facts = await checkData(data, method);
  const settings = settingsOf({ ...plan, settings: { ...weightsFor(facts, options), ...options.settings } });

  const folder = resolve(options.folder);
  const output = join(folder, 'adapter');
  await mkdir(output, { recursive: true });
  const record = await openRecord(folder, fingerprint(base, settings, facts));
  if (!record.finished) {
    const config = join(folder, 'config.yaml');
    await writeFile(config, configText(settings, { model: base.path, data: resolve(facts.file), output }));
    await follow({ folder, output, config, options, onProgress, signal });
    await finishedOutput(output, folder);
    await record.finish();
  }
  return describe(options.id ?? basename(folder), output);
};

const weightsFor = ({ desirable, undesirable }: DataFacts, { method, balanced }: TrlOptions): TrlSettings => {
  if (method !== 'kto' || !balanced) return {};
  const weights = ktoWeights({ ktoGood: desirable, ktoBad: undesirable });
  return { desirable_weight: weights.desirable, undesirable_weight: weights.undesirable };
};

interface Following {
  readonly folder: string;
  readonly output: string;
  readonly config: string;
  readonly options: TrlOptions;
  readonly onProgress: (progress: TrlProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** Runs TRL and tells of its progress until it ends. */
const follow = async (work: Following): Promise<void> => {
  const { folder, output, options } = work;
  const { method, launcher = uvxLauncher(), graceMs = 30_000 } = options;
  const checkpoint = await lastCheckpoint(output);
  const log = createLogReader(checkpoint?.step ?? 0);
  const speed = createSpeed();
  let last: TrainProgress | undefined;
  const onLine = (line: string): void => {
    const entries = log.read(line);
    refuseRestart(checkpoint, log.firstStep());
    for (const { step, steps, loss, metrics } of entries) {
      last = { method, step, steps, loss, tokensPerSecond: speed(metrics.num_tokens) };
      work.onProgress({ ...last, metrics });
    }
  };
  const whole = await run({
    command: commandOf(launcher, method, work.config),
    environment: await hookedEnvironment(join(folder, 'hook'), options.seed, checkpoint),
    logFile: join(folder, 'trl.log'),
    onLine,
    signal: work.signal,
    graceMs,
  });
  if (whole) return;
  const kept = await lastCheckpoint(output);
  throw new TrainingInterruptedError(kept?.step ?? 0, last?.steps ?? 0);
};

/** If another `sitecustomize` of the environment comes before ours, TRL would train everything again, unnoticed. */
const refuseRestart = (checkpoint: FoundCheckpoint | undefined, first: number | undefined): void => {
  if (!checkpoint || first === undefined || first > checkpoint.step) return;
  throw new JuxtaError('not-resumed', `TRL began again instead of going on from ${checkpoint.path}`, {
    hint: 'Its environment has a sitecustomize module of its own; delete the checkpoints to train from the start.',
  });
};

/** Tokens per second since the first figure. */
const createSpeed = (): ((tokens: number | undefined) => number) => {
  let first: { readonly tokens: number; readonly at: number } | undefined;
  return tokens => {
    if (tokens === undefined) return 0;
    const at = performance.now();
    first ??= { tokens, at };
    return at > first.at ? (1000 * (tokens - first.tokens)) / (at - first.at) : 0;
  };
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
  return { id, path, hint: servingHint(id, path, adapter) };
};
