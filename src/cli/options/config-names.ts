import { existsSync } from 'node:fs';

/** Where options are looked for if `--config` names no file. */
export const configNames = ['juxta.config.ts', 'juxta.config.js'];

/** Whether a command line will be read together with a file. */
export const hasConfigFile = (words: readonly string[]): boolean =>
  words.some(word => word.startsWith('--config')) || configNames.some(name => existsSync(name));
