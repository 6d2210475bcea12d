import { z } from 'zod';
import { optionGroup } from '../options/group.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  playsEnvironment: true,
  configured: 'top',
  stopsWhenAsked: true,
  arguments: {
    '<file>': 'conversations in the shape of OpenAI’s chat API, one JSON object per line, or a JSON list',
  },
  options: [
    optionGroup('Tasks', {
      out: z
        .string()
        .meta({ value: 'file', description: 'the task file to write; one that is there is kept' }),
      goals: z
        .enum(['all', 'mutating'])
        .default('all')
        .describe('which calls become goals: all, or those to tools of the environment that may write'),
      redact: z
        .boolean()
        .default(false)
        .describe('replace emails, phone and card numbers by stand-ins, in calls, too'),
    }),
    optionGroup('Model', {
      model: z.string().optional().meta({
        value: 'name',
        description:
          'writes the instructions from the user’s side, without what the agent only found out (default: the user’s own lines)',
      }),
    }),
  ],
  examples: [
    'juxta import conversations.jsonl --out tasks.jsonl',
    'juxta import conversations.jsonl --out tasks.jsonl --environment ./returns.ts --goals mutating --redact --model openai:gpt-…',
  ],
});

export type Options = ValuesIn<typeof command>;
