import { type ChildProcess, spawn } from 'node:child_process';
import { messageOf } from '../../base/errors.ts';
import { openLog } from '../../base/log-file.ts';
import { TrlFailedError } from './failure.ts';
import { cannotStart } from './found.ts';
import { isBar } from './log.ts';

export interface Run {
  readonly command: readonly string[];
  /** Added to this process's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Appended to; progress bars are left out. */
  readonly logFile: string;
  /** Called with each line, on standard output or error; throwing ends the run with what was thrown. */
  onLine(line: string): void;
  readonly signal: AbortSignal | undefined;
  /** How long a stopped process may take to end before it is killed, in ms. */
  readonly graceMs: number;
}

const KEPT_LINES = 100;

/**
 * Runs a program in a process group of its own, so that what it starts is stopped with it. The signal passes on as SIGINT.
 * @returns whether it ran to its end, false if the signal stopped it
 * @throws JuxtaError `cannot-start`; TrlFailedError; what `onLine` threw
 */
export const run = async (work: Run): Promise<boolean> => {
  const [program, ...words] = work.command;
  const tail: string[] = [];
  const log = openLog(work.logFile, problem => tail.push(problem));
  const child = spawn(program!, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1', ...work.environment },
  });
  let refused: { readonly thrown: unknown } | undefined;
  const take = (line: string): void => {
    if (line.trim() === '' || refused) return;
    if (!isBar(line)) {
      log.write(`${line}\n`);
      tail.push(line);
      if (tail.length > KEPT_LINES) tail.shift();
    }
    try {
      work.onLine(line);
    } catch (thrown) {
      refused = { thrown };
      stop();
    }
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
    splitLines(child.stdout, take);
    splitLines(child.stderr, take);
    const { code, signal } = await ended(child, program!);
    if (refused) throw refused.thrown;
    if (code === 0) return true;
    if (work.signal?.aborted) return false;
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    throw new TrlFailedError(how, tail, work.logFile);
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

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const ended = (child: ChildProcess, program: string): Promise<End> =>
  new Promise((resolve, reject) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', cause => reject(cannotStart(program, messageOf(cause), cause)));
  });

/** Bars are redrawn with carriage returns: those end a line, too. */
const splitLines = (stream: NodeJS.ReadableStream, take: (line: string) => void): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = lines.pop()!;
    for (const line of lines) take(line);
  });
  stream.on('end', () => take(rest));
};
