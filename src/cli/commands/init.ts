import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  arguments: { '[folder]': 'where the files go (default: this folder)' },
  options: [],
  examples: ['juxta init my-agent', 'juxta init'],
});

export type Options = ValuesIn<typeof command>;
