import { projectOptions } from '../options/common.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  configured: 'top',
  options: [projectOptions],
  examples: ['juxta runs', 'juxta runs --folder my-project --json'],
});

export type Options = ValuesIn<typeof command>;
