import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  playsEnvironment: true,
  configured: 'top',
  arguments: {
    '[environment]': 'a module or a name (default: --environment, or what juxta.config.ts names)',
  },
  options: [],
  notes:
    'It loads the module, reads all tasks, and makes the calls that goals name; no model is asked. The exit code is 1 if there are errors.',
  examples: ['juxta check ./returns.ts', 'juxta check --json   in a folder with a juxta.config.ts'],
});

export type Options = ValuesIn<typeof command>;
