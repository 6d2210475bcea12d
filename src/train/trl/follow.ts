/** One run of TRL, from its start to its end. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole.ts';
import { TrainingInterruptedError } from '../interrupted.ts';
import type { ModelRef } from '../trainer.ts';
import { type FoundCheckpoint, lastCheckpoint } from './checkpoint.ts';
import type { DataFacts } from './data.ts';
import { type PythonError, TrlFailedError } from './failure.ts';
import { uvxLauncher } from './launcher.ts';
import type { TrlOptions, TrlProgress } from './options.ts';
import type { TrlSettings } from './presets.ts';
import { type Ended, runPython } from './process.ts';
import { followReport, type Reported } from './report.ts';
import { checkTemplate, isUnfit } from './template.ts';
import { warningsOf } from './warnings.ts';

export interface Following {
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

/**
 * Runs TRL and tells of its progress until it ends.
 * @throws TrainingInterruptedError if the signal stopped it; TrlFailedError; JuxtaError `cannot-start`, `not-resumed`, `nothing-trained`,
 *   `still-running`, `template-unfit`
 */
export const follow = async ({
  folder,
  output,
  base,
  facts,
  settings,
  ...work
}: Following): Promise<void> => {
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
  let looking: Promise<void> | undefined;
  const refusal = new AbortController();
  const take = (one: Reported): void => {
    if (one.event === 'phase') onNote?.(one.phase);
    else if (one.event === 'error') raised = one;
    else if (one.event === 'tokenizer') {
      if (work.options.despiteTemplate) return;
      looking = lookAtTemplate(tokenizer, facts.file, base.path, onWarning);
      looking.catch(() => refusal.abort());
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
  await looking;
  if (ended.code === 0) return refuseNothing(updates);
  if (!work.signal?.aborted) throw failureOf(ended, logFile, raised);
  const kept = await lastCheckpoint(output);
  throw new TrainingInterruptedError(kept?.step ?? 0, steps);
};

/** What cannot be looked at is TRL's to judge. */
const lookAtTemplate = async (
  tokenizer: string,
  file: string,
  model: string,
  onWarning: TrlOptions['onWarning'],
): Promise<void> => {
  try {
    await checkTemplate(tokenizer, file, model);
  } catch (thrown) {
    if (isUnfit(thrown)) throw thrown;
    onWarning?.(`the chat template of ${model} could not be looked at: ${messageOf(thrown)}`);
  }
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
