import { z } from 'zod';
import { optionGroup } from '../options/group.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  configured: 'top',
  arguments: { '<model>': 'http://HOST/v1#MODEL, openai:MODEL, or what else --model takes of others' },
  options: [
    optionGroup('Requests', {
      atOnce: z.int().min(1).max(1024).default(16).describe('most requests at once that are tried'),
      timeout: z
        .number()
        .min(0.001)
        .max(1e6)
        .default(60)
        .meta({ value: 's', description: 'seconds to wait for an answer' }),
    }),
  ],
  notes: 'It sends about forty short requests, which a provider charges for.',
  examples: ['juxta doctor http://localhost:8000/v1#llama'],
});

export type Options = ValuesIn<typeof command>;
