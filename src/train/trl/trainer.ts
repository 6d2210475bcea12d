import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JuxtaError } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole.ts';
import { ktoWeights } from '../../harvest/filter.ts';
import { TrainingInterruptedError } from '../interrupted.ts';
import { factsOf } from '../methods.ts';
import type { Dataset, Method, ModelRef, TrainProgress } from '../trainer.ts';
import { type FoundCheckpoint, lastCheckpoint } from './checkpoint.ts';
import { checkData, type DataFacts, writeData } from './data.ts';
import { type PythonError, TrlFailedError } from './failure.ts';
import { checkTemplate } from './fit.ts';
import { type Launcher, uvxLauncher } from './launcher.ts';
import { warningsOf } from './measured.ts';
import type { TrlSettings } from './presets.ts';
import { type Ended, runPython } from './process.ts';
import { fingerprint, openRecord } from './record.ts';
import { followReport, type Reported } from './report.ts';
import { readAdapter, servingHint, templateIn } from './serve.ts';
import { settingsOf } from './settings.ts';

export interface TrlOptions {
  readonly method: Method;
  /** The run's own folder: data, options.json, its report and log, and adapter/ with its checkpoints. */
  readonly folder: string;
  /** One of `presets` (default `defaults`). */
  readonly preset?: string;
  /** Options of TRL by their names there, over the preset's: `{ learning_rate: 1e-5, use_cpu: true }`. */
  readonly settings?: TrlSettings;
  /** Weights such that both classes of labelled data weigh the same, in place of the preset's. */
  readonly balanced?: boolean;
  readonly seed: number;
  /** The new model's id (default: the folder's name). */
  readonly id?: string;
  /** Default: through uv. */
  readonly launcher?: Launcher;
  /** How long TRL may take to end once it is stopped, in ms (default 30,000). */
  readonly graceMs?: number;
  /** Trains although the model's chat template loses or bends what the data say. */
  readonly despiteTemplate?: boolean;
  /** Told of rows that are not learnt as they are. */
  readonly onWarning?: (text: string) => void;
  /** Told in words what TRL is busy with. */
  readonly onNote?: (text: string) => void;
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
  }
  return describe(options.id ?? basename(folder), output);
};

const weightsFor = ({ desirable, undesirable }: DataFacts, { method, balanced }: TrlOptions): TrlSettings => {
  if (!balanced || !factsOf(method).labelled) return {};
  const weights = ktoWeights({ ktoGood: desirable, ktoBad: undesirable });
  return { desirable_weight: weights.desirable, undesirable_weight: weights.undesirable };
};

interface Following {
  readonly folder: string;
  readonly output: string;
  readonly base: ModelRef;
  readonly facts: DataFacts;
  readonly settings: TrlSettings;
  readonly options: TrlOptions;
  readonly onProgress: (progress: TrlProgress) => void;
  readonly signal: AbortSignal | undefined;
}

const runner = fileURLToPath(new URL('./runner.py', import.meta.url));

/** Runs TRL and tells of its progress until it ends. */
const follow = async ({ folder, output, base, facts, settings, ...work }: Following): Promise<void> => {
  const { method, launcher = uvxLauncher(), graceMs = 30_000, seed, onNote, onWarning } = work.options;
  const checkpoint = await lastCheckpoint(output);
  // A trainer that was left behind may still write to its own.
  const report = join(folder, `report-${randomUUID().slice(0, 8)}.jsonl`);
  const tokenizer = join(folder, 'tokenizer');
  const file = join(folder, 'options.json');
  const options = {
    method,
    model: base.path,
    data: resolve(facts.file),
    digest: facts.digest,
    cache: join(folder, 'cache'),
    tokenizer,
    lock: join(folder, 'trainer.lock'),
    output,
    report,
    seed,
    checkpoint: checkpoint?.path ?? null,
    settings,
  };
  await writeWhole(file, `${JSON.stringify(options, null, 2)}\n`);

  const speed = createSpeed();
  let steps = 0;
  let raised: PythonError | undefined;
  let updates: number | undefined;
  let rows: number | undefined;
  let fitting: Promise<void> | undefined;
  const refusal = new AbortController();
  const take = (one: Reported): void => {
    if (one.event === 'phase') onNote?.(one.phase);
    else if (one.event === 'error') raised = one;
    else if (one.event === 'tokenizer') {
      if (work.options.despiteTemplate) return;
      fitting = checkTemplate(tokenizer, facts.file, base.path);
      fitting.catch(() => refusal.abort());
    } else if (one.event === 'measured') {
      rows = one.rows - one.dropped;
      for (const warning of warningsOf(one)) onWarning?.(warning);
    } else if (one.event === 'kept' && rows !== undefined && one.rows < rows)
      onWarning?.(
        `${rows - one.rows} more of the rows are dropped by TRL, for none of their tokens is to be learnt`,
      );
    else if (one.event === 'end') updates = one.step;
    else if (one.event === 'begin') refuseRestart(checkpoint, one.step);
    else if (one.event === 'log') {
      const { step, metrics } = one;
      steps = one.steps;
      const { loss = Number.NaN } = metrics;
      work.onProgress({
        method,
        step,
        steps,
        loss,
        tokensPerSecond: speed(one.at, metrics.num_tokens),
        metrics,
      });
    }
  };
  const follower = await followReport(report, take, () => refusal.abort());
  const logFile = join(folder, 'trl.log');
  const ended = await runPython({
    // As TRL's own command line does it, so that a machine's configuration of accelerate applies.
    command: [...launcher, '-m', 'accelerate.commands.launch', runner, file],
    logFile,
    signal: AbortSignal.any([refusal.signal, ...(work.signal ? [work.signal] : [])]),
    graceMs,
    onLogFault: onNote,
  }).finally(() => follower.stop());
  await fitting;
  if (ended.code === 0) return refuseNothing(updates);
  if (!work.signal?.aborted) throw failureOf(ended, logFile, raised);
  const kept = await lastCheckpoint(output);
  throw new TrainingInterruptedError(kept?.step ?? 0, steps);
};

/** A model that nothing was done to passes for a trained one. */
const refuseNothing = (updates: number | undefined): void => {
  if (updates !== 0) return;
  throw nothingTrained('TRL made no update');
};

const nothingTrained = (why: string): JuxtaError =>
  new JuxtaError('nothing-trained', `nothing was trained: ${why}`, {
    hint: 'train with more data, or with a larger max_length: --set max_length=null cuts and drops nothing',
    permanent: true,
  });

const failureOf = (ended: Ended, logFile: string, raised: PythonError | undefined): JuxtaError => {
  if (raised?.type === '__main__.NothingToTrain') return nothingTrained(raised.message);
  if (raised?.type === '__main__.StillRunning')
    return new JuxtaError(
      'still-running',
      `a trainer still runs in this folder, as process ${raised.message}`,
      {
        hint: `wait for its end, or stop it: kill -INT ${raised.message}`,
      },
    );
  return new TrlFailedError(ended, logFile, raised);
};

/** A checkpoint that TRL does not go on from would be written over, unnoticed. */
const refuseRestart = (checkpoint: FoundCheckpoint | undefined, begun: number): void => {
  if (!checkpoint || begun >= checkpoint.step) return;
  throw new JuxtaError('not-resumed', `TRL began again instead of going on from ${checkpoint.path}`, {
    hint: 'Delete the checkpoints to train from the start.',
  });
};

/** Tokens per second since the first figure. @returns of the time at which so many had been trained on, in seconds */
const createSpeed = (): ((at: number, tokens: number | undefined) => number) => {
  let first: { readonly tokens: number; readonly at: number } | undefined;
  return (at, tokens) => {
    if (tokens === undefined) return 0;
    first ??= { tokens, at };
    return at > first.at ? (tokens - first.tokens) / (at - first.at) : 0;
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
  return { id, path, hint: servingHint(id, path, adapter, await templateIn(path)) };
};
