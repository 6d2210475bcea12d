import { projectOptions } from '../options/common.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  configured: 'top',
  arguments: { '[run]': 'for example selftrain-1 (default: the latest that finished)' },
  options: [projectOptions],
  examples: ['juxta report selftrain-1 --json'],
});

export type Options = ValuesIn<typeof command>;
