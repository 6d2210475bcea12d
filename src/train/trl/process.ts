import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { messageOf } from '../../base/errors.ts';
import { openLog } from '../../base/log-file.ts';
import { cannotStart } from './found.ts';

export interface PythonRun {
  readonly command: readonly string[];
  /** What it prints is appended here. */
  readonly logFile: string;
  readonly signal: AbortSignal | undefined;
  /** How long a stopped process may take to end before it is killed, in ms. */
  readonly graceMs: number;
  /** Told in words if the log cannot be written. */
  readonly onLogFault?: ((problem: string) => void) | undefined;
}

export interface Ended {
  readonly code: number | null;
  /** What ended it, if a signal did. */
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it printed. */
  readonly tail: readonly string[];
}

const KEPT_LINES = 100;

/** Progress bars are for terminals. */
const quiet = { PYTHONUNBUFFERED: '1', TQDM_DISABLE: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1' };

/**
 * Runs Python in a process group of its own, so that what it starts is stopped with it. The signal passes on as SIGINT.
 * @throws JuxtaError `cannot-start`
 */
export const runPython = async (work: PythonRun): Promise<Ended> => {
  const [program, ...words] = work.command;
  const tail: string[] = [];
  const log = openLog(work.logFile, work.onLogFault);
  const child = spawn(program!, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...quiet },
  });
  const take = (line: string): void => {
    if (line.trim() === '') return;
    log.write(`${line}\n`);
    tail.push(line);
    if (tail.length > KEPT_LINES) tail.shift();
  };
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (killing) return;
    signalGroup(child, 'SIGINT');
    killing = setTimeout(() => signalGroup(child, 'SIGKILL'), work.graceMs);
  };
  work.signal?.addEventListener('abort', stop, { once: true });
  if (work.signal?.aborted) stop();
  try {
    const printed = [child.stdout, child.stderr].map(async input => {
      for await (const line of createInterface({ input })) take(line);
    });
    const { code, signal } = await ended(child, program!);
    await Promise.all(printed);
    return { code, signal, tail };
  } finally {
    clearTimeout(killing);
    work.signal?.removeEventListener('abort', stop);
    await log.close();
  }
};

const signalGroup = ({ pid }: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
};

const ended = (child: ChildProcess, program: string): Promise<Omit<Ended, 'tail'>> =>
  new Promise((resolve, reject) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', cause => reject(cannotStart(program, messageOf(cause), cause)));
  });
