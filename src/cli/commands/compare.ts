import { z } from 'zod';
import { settings } from '../../runs/configuration.ts';
import { projectOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const comparisonOptions = optionGroup('Comparison', {
  setting: z.enum(settings).optional().describe('only one (default: those that both were evaluated in)'),
  seed: z.int().min(0).default(1).describe('seed of the bootstraps'),
});

export const command = defineCommand({
  configured: 'top',
  arguments: {
    '[before]': 'a finished evaluation or self-training (of which: its final evaluation)',
    '[after]': 'another, on the same tasks',
  },
  options: [comparisonOptions, projectOptions],
  notes:
    'Conversations with the same task and seed are paired, those that a fault ended left out. Beside that stands the test of\n' +
    'the reference’s script: rewards of all conversations, faults as 0, one-sided and unpaired.',
  examples: [
    'juxta compare evaluate-1 evaluate-2',
    'juxta compare evaluate-1 selftrain-1 --setting greedy --json',
  ],
});

export type Options = ValuesIn<typeof command>;
