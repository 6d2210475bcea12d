import { createInterface } from 'node:readline/promises';

/** Where a human sits: shows texts, and asks for a line. */
export interface Terminal {
  show(text: string): void;
  /** @returns the line; null at the end of input */
  ask(prompt: string, signal?: AbortSignal): Promise<string | null>;
}

/** This process's own terminal. Opened for each question, so that nothing keeps the process alive between them. */
export const processTerminal = (
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stdout,
): Terminal => ({
  show: text => {
    output.write(`${text}\n`);
  },
  ask: (prompt, signal) =>
    new Promise((resolve, reject) => {
      const lines = createInterface({ input, output });
      lines.once('close', () => resolve(null));
      lines
        .question(prompt, signal ? { signal } : {})
        .then(resolve, reject)
        .finally(() => lines.close());
    }),
});
