import { z } from 'zod';
import { folderOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { serverOptions } from '../options/server.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  stopsWhenAsked: true,
  options: [
    serverOptions({
      port: 8100,
      key: 'what browsers must give; needed beyond this machine (better: in the variable JUXTA_VIEW_KEY)',
    }),
    optionGroup('Server', { open: z.boolean().default(false).describe('open the browser') }),
    folderOptions,
  ],
  examples: ['juxta view --open', 'juxta view --folder my-project --port 0'],
});

export type Options = ValuesIn<typeof command>;
