import { z } from 'zod';
import { settings } from '../../runs/configuration.ts';
import { runOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { budgetOptions, requestOptions } from '../options/limits.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const diagnosisOptions = optionGroup('Diagnosis', {
  judge: z
    .string()
    .optional()
    .meta({ value: 'name', description: 'the model that is asked, named like --model of `juxta evaluate`' }),
  setting: z.enum(settings).optional().describe('only the conversations of one (default: both)'),
  most: z.int().min(1).optional().describe('most conversations (default: all that failed)'),
});

export const command = defineCommand({
  stopsWhenAsked: true,
  arguments: { '[run]': 'a finished evaluation or self-training (of which: its final evaluation)' },
  options: [diagnosisOptions, budgetOptions, requestOptions, runOptions],
  examples: [
    'juxta diagnose evaluate-1 --judge openai:gpt-…',
    'juxta diagnose selftrain-1 --judge http://localhost:8000/v1#judge --setting greedy --most 50',
  ],
});

export type Options = ValuesIn<typeof command>;
