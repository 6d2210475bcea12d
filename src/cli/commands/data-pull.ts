import { z } from 'zod';
import { dataSets } from '../../runs/data-sets.ts';
import { optionGroup } from '../options/group.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  stopsWhenAsked: true,
  arguments: { '<name>': `one of: ${dataSets.map(set => set.name).join(', ')}` },
  options: [
    optionGroup('Files', {
      from: z.string().optional().meta({
        value: 'source',
        description: 'a mirror (URL), a folder or a zip in place of the public host',
      }),
      to: z.string().optional().meta({
        value: 'folder',
        description: 'where the files go (default: its own folder in .juxta/data)',
      }),
      release: z.string().optional().meta({
        value: 'tag',
        description:
          'of tau2-bench: another release than the pinned one (1.0.1), unchecked, into a folder of its own',
      }),
    }),
  ],
  examples: [
    'juxta data pull toolwoz',
    'juxta data pull toolwoz --from ~/Downloads/MultiWOZ_2.1.zip',
    'juxta data pull tau2-bench --release v2.0.0',
  ],
});

export type Options = ValuesIn<typeof command>;
