/**
 * Where a worker thread's module lies: the sources run as TypeScript, what is published as JavaScript, and the compiler
 * leaves such addresses as they are.
 *
 * @param name without its ending
 * @example new Worker(workerFile('./worker', import.meta.url))
 */
export const workerFile = (name: string, from: string): URL =>
  new URL(`${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);
