/** What the commands share: progress on standard error, errors that say what to do, Ctrl-C that loses nothing. */
import { BadInputError, JuxtaError, messageOf } from '../base/errors.ts';
import type { OnProgress } from '../runs/progress.ts';
import type { Run } from '../runs/project.ts';

/** Draws progress: one line that is rewritten on a terminal; in a pipe a plain line every few seconds. */
export const progressOn = (
  stream: NodeJS.WriteStream,
  every: { readonly terminalMs: number; readonly pipeMs: number } = { terminalMs: 100, pipeMs: 5000 },
): OnProgress => {
  let stage = '';
  let began = 0;
  let firstDone = 0;
  let drawn = Number.NEGATIVE_INFINITY;
  return ({ stage: name, done, total, unit, note }) => {
    const now = performance.now();
    if (name !== stage) {
      stage = name;
      began = now;
      firstDone = done;
      drawn = Number.NEGATIVE_INFINITY;
    }
    const last = done >= total;
    if (!last && now - drawn < (stream.isTTY ? every.terminalMs : every.pipeMs)) return;
    drawn = now;
    const rate = (done - firstDone) / Math.max(1e-3, (now - began) / 1000);
    const eta = rate > 0 && !last ? `, ${duration((total - done) / rate)} left` : '';
    const speed = done > firstDone ? `, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} ${unit}/s` : '';
    const text = `${name}  ${bar(done / Math.max(1, total))} ${done}/${total} ${unit}${speed}${eta}${note ? `  ${note}` : ''}`;
    if (stream.isTTY)
      stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 120) - 1)}${last ? '\n' : ''}`);
    else stream.write(`${text}\n`);
  };
};

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, share) * 20);
  return `[${'█'.repeat(full)}${'·'.repeat(20 - full)}]`;
};

export const duration = (seconds: number): string => {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  return s < 3600
    ? `${Math.floor(s / 60)} min ${s % 60} s`
    : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
};

/**
 * Runs a command's work. The first Ctrl-C asks it to stop and keep what is finished, the second ends the process.
 * A known error is printed with its hint, an unknown one with its stack; either way the exit code is not 0.
 */
export const perform = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const stop = new AbortController();
  let asked = 0;
  const onSignal = (): void => {
    if (++asked > 1) process.exit(130);
    process.stderr.write('\nstopping; press Ctrl-C again to end at once\n');
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await work(stop.signal);
  } catch (thrown) {
    printError(thrown);
    process.exitCode = thrown instanceof JuxtaError && thrown.code === 'interrupted' ? 130 : 1;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
};

/** Holds a run while `work` is done, and records how it ended. */
export const ended = async (run: Run, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
    await run.end('finished');
  } catch (thrown) {
    await run.end(thrown instanceof JuxtaError && thrown.code === 'interrupted' ? 'stopped' : 'failed');
    throw thrown;
  }
};

const printError = (thrown: unknown): void => {
  if (thrown instanceof JuxtaError || thrown instanceof BadInputError) {
    process.stderr.write(`error: ${thrown.message}\n`);
    if (thrown.hint) process.stderr.write(`  ${thrown.hint}\n`);
    return;
  }
  process.stderr.write(`internal error: ${(thrown as Error)?.stack ?? messageOf(thrown)}\n`);
};

export const say = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};
