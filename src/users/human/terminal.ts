import { createInterface, type Interface } from 'node:readline';

/** Where a human sits: shows texts, and asks for a line. */
export interface Terminal {
  show(text: string): void;
  /** @returns the line; null at the end of input */
  ask(prompt: string, signal?: AbortSignal): Promise<string | null>;
}

/** This process's own terminal. Its input is paused between questions, so that it keeps no process alive. */
export const processTerminal = (
  input: NodeJS.ReadableStream = process.stdin,
  // With `--json` standard output holds one object and nothing else.
  output: NodeJS.WritableStream = process.argv.includes('--json') ? process.stderr : process.stdout,
): Terminal => {
  /** Lines that came before they were asked for (piped input comes in one piece). */
  const early: string[] = [];
  let ended = false;
  let asking: ((line: string | null) => void) | undefined;
  let lines: Interface | undefined;

  const give = (line: string | null): void => {
    if (!ended) lines?.pause();
    const waiting = asking;
    asking = undefined;
    waiting?.(line);
  };
  const open = (): Interface =>
    createInterface({ input, output })
      .on('line', line => {
        if (asking) give(line);
        else early.push(line);
      })
      .on('close', () => {
        ended = true;
        give(null);
      });

  return {
    show: text => {
      output.write(`${text}\n`);
    },
    ask: (prompt, signal) =>
      new Promise((resolve, reject) => {
        // Input that another conversation has read to its end tells nobody of it again.
        ended ||= 'readableEnded' in input && input.readableEnded === true;
        if (!ended) lines ??= open();
        if (lines && !ended) {
          lines.setPrompt(prompt);
          lines.prompt();
        } else output.write(prompt);
        const leave = (): void => {
          asking = undefined;
          if (!ended) lines?.pause();
          reject(signal!.reason);
        };
        if (signal?.aborted) return leave();
        signal?.addEventListener('abort', leave, { once: true });
        asking = line => {
          signal?.removeEventListener('abort', leave);
          resolve(line);
        };
        if (early.length > 0) give(early.shift()!);
        else if (ended) give(null);
      }),
  };
};
