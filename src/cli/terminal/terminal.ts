/** What the commands share: progress on standard error, errors that say what to do, Ctrl-C that loses nothing. */
import { relative } from 'node:path';
import { JuxtaError, messageOf } from '../../base/errors.ts';
import type { OnProgress } from '../../runs/project/progress.ts';
import { fileError } from './file-errors.ts';

/** True while a line on the terminal is being rewritten: whatever comes next begins a new one. */
let lineIsOpen = false;

/** Draws progress: one line that is rewritten on a terminal; in a pipe a plain line every few seconds. */
export const progressOn = (
  stream: NodeJS.WriteStream,
  every: { readonly terminalMs: number; readonly pipeMs: number } = { terminalMs: 100, pipeMs: 5000 },
): OnProgress => {
  let stage = '';
  let began = 0;
  let firstDone = 0;
  let drawn = Number.NEGATIVE_INFINITY;
  let ended = false;
  return ({ stage: name, done, total, unit, note }) => {
    const now = performance.now();
    if (name !== stage) {
      stage = name;
      began = now;
      firstDone = done;
      drawn = Number.NEGATIVE_INFINITY;
      ended = false;
    }
    const last = done >= total;
    if (ended) return;
    ended = last;
    if (!last && now - drawn < (stream.isTTY ? every.terminalMs : every.pipeMs)) return;
    drawn = now;
    const rate = (done - firstDone) / Math.max(1e-3, (now - began) / 1000);
    const eta = rate > 0 && !last ? `, ${duration((total - done) / rate)} left` : '';
    const speed = done > firstDone ? `, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} ${unit}/s` : '';
    const text = `${done}/${total} ${unit}${speed}${eta}${note ? `  ${note}` : ''}`;
    if (!stream.isTTY) {
      stream.write(`${name}: ${text}\n`);
      return;
    }
    const line = `${name}  ${bar(done / Math.max(1, total))} ${text}`;
    stream.write(`\r\x1b[2K${line.slice(0, (stream.columns ?? 120) - 1)}${last ? '\n' : ''}`);
    lineIsOpen = !last;
  };
};

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, share) * 20);
  return `[${'█'.repeat(full)}${'·'.repeat(20 - full)}]`;
};

const closeLine = (): void => {
  if (lineIsOpen) process.stderr.write('\n');
  lineIsOpen = false;
};

/** A path as a person would write it: from this folder if it lies in it, else whole. Empty for this folder itself. */
export const placeOf = (path: string): string => {
  const from = relative('', path);
  return from.split(/[/\\]/)[0] === '..' ? path : from;
};

export const duration = (seconds: number): string => {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  return s < 3600
    ? `${Math.floor(s / 60)} min ${s % 60} s`
    : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
};

interface Manner {
  readonly json: boolean;
  /** The work heeds its signal: the first Ctrl-C asks it to stop and keep what is finished, the second ends it. */
  readonly stopsWhenAsked?: boolean;
}

/**
 * Does a command's work and, with `json`, prints the object that it returns. A known error is printed with its hint, an
 * unknown one with its stack; either way the exit code is not 0, and with `json` standard output holds one object even
 * then: `{ error: { code, message, hint? } }`.
 */
export const perform = async (
  work: (signal: AbortSignal) => Promise<object | undefined>,
  { json, stopsWhenAsked = false }: Manner,
): Promise<void> => {
  words = json ? process.stderr : process.stdout;
  const stop = stopper();
  if (stopsWhenAsked) stop.listen();
  try {
    const object = await work(stop.signal);
    if (json && object) sayJson(object);
  } catch (cause) {
    const thrown = fileError(cause);
    printError(thrown);
    if (json) sayJson({ error: errorObject(thrown) });
    process.exitCode = isInterruption(thrown) ? stop.exitCode() : 1;
  } finally {
    stop.ignore();
  }
};

export const isInterruption = (thrown: unknown): boolean =>
  thrown instanceof JuxtaError && thrown.code === 'interrupted';

/** What a shell reports of a program that a signal ended. A terminal that is closed hangs up on whoever ran in it. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const stopSignals = Object.keys(exitCodes) as (keyof typeof exitCodes)[];

const stopper = () => {
  const stop = new AbortController();
  let exitCode: number = exitCodes.SIGINT;
  const onSignal = (signal: NodeJS.Signals): void => {
    exitCode = exitCodes[signal as keyof typeof exitCodes];
    if (stop.signal.aborted) process.exit(exitCode);
    closeLine();
    process.stderr.write('stopping; press Ctrl-C again to end at once\n');
    stop.abort(stopped());
  };
  return {
    signal: stop.signal,
    exitCode: () => exitCode,
    listen: () => {
      for (const signal of stopSignals) process.on(signal, onSignal);
    },
    ignore: () => {
      for (const signal of stopSignals) process.off(signal, onSignal);
    },
  };
};

/** What work throws that lets the signal's own error through. */
const stopped = (): JuxtaError =>
  new JuxtaError('interrupted', 'stopped before the end; what was finished is kept', {
    hint: 'run the same command again to go on',
  });

/** Where the place of an error says all, and only the way out is left to say. */
const hintsByCode: Readonly<Record<string, string>> = {
  'bad-input': 'mend that file or name another, then run the same command again',
};

const printError = (thrown: unknown): void => {
  closeLine();
  if (thrown instanceof JuxtaError && thrown.code !== 'internal') {
    process.stderr.write(`error: ${thrown.message}\n`);
    const hint = thrown.hint ?? hintsByCode[thrown.code];
    if (hint) process.stderr.write(`  ${hint}\n`);
    return;
  }
  const text = thrown instanceof JuxtaError ? thrown.message : (thrown as Error)?.stack;
  process.stderr.write(`internal error: ${text ?? messageOf(thrown)}\n`);
};

const errorObject = (thrown: unknown): object =>
  thrown instanceof JuxtaError
    ? { code: thrown.code, message: thrown.message, ...(thrown.hint && { hint: thrown.hint }) }
    : { code: 'internal', message: messageOf(thrown) };

/** What is wrong with a command line is told to machines, too, before there are options that say so. */
export const outputError = (text: string, write: (text: string) => void): void => {
  write(text);
  if (!process.argv.includes('--json')) return;
  const message = text.trim().replace(/^error: /, '');
  sayJson({ error: { code: 'bad-option', message } });
};

let words: NodeJS.WriteStream = process.stdout;

/** For people. With `--json` standard output holds one object and nothing else, and this goes to standard error. */
export const say = (text = ''): void => {
  closeLine();
  words.write(`${text}\n`);
};

/** The one object of `--json`. */
export const sayJson = (object: object): void => {
  closeLine();
  process.stdout.write(`${JSON.stringify(object)}\n`);
};

/** A reader that has seen enough, such as `head`, ends no run, and neither does a terminal that was closed. */
export const outliveReaders = (): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
};
