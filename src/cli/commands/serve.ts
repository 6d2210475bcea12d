import { z } from 'zod';
import { folderOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { serverOptions } from '../options/server.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const servedOptions = optionGroup('Server', {
  model: z.array(z.string()).optional().meta({
    value: 'names',
    description:
      'which, named as elsewhere (default: the one that ships with Juxta, and all trained in this project)',
  }),
  quiet: z.boolean().default(false).describe('print no line per request'),
});

export const command = defineCommand({
  playsEnvironment: true,
  configured: 'section',
  stopsWhenAsked: true,
  options: [
    servedOptions,
    serverOptions({
      port: 8000,
      key: 'what clients must send; needed beyond this machine (better: in the variable JUXTA_SERVE_KEY)',
    }),
    folderOptions,
  ],
  notes: "The environment's tools tell a small model which fields of a result to read; others need none.",
  examples: [
    'juxta serve',
    'juxta serve --model embedded:selftrain-1 --environment toolwoz --port 9000',
    'curl http://127.0.0.1:8000/v1/models',
  ],
});

export type Options = ValuesIn<typeof command>;
