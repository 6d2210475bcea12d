import { z } from 'zod';
import { builtIn } from '../../environments/registry.ts';
import { defaultSequence, methodNames } from '../../train/methods.ts';
import { minRewardOptions, runOptions, temperatureOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { budgetOptions, requestOptions } from '../options/limits.ts';
import { modelOptions, paceOptions, playerOptions } from '../options/players.ts';
import { searchOptions } from '../options/search.ts';
import { roundsOptions, trainerOptions, trainerOwnOptions, trainingOptions } from '../options/training.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const tasks = (purpose: string) => z.int().min(1).optional().describe(purpose);

const selftrainOptions = optionGroup('Tasks', {
  tasks: tasks(
    'tasks to roll out per round (default: 500 generated ones, or all that the environment has for training)',
  ),
  testTasks: tasks(
    'held-out tasks (default: 300 generated ones, or all that the environment has for testing)',
  ),
  gateTasks: tasks(
    'tasks that decide whether a round is kept (default: 150 generated ones, or all that there are)',
  ),
});

const methodOptions = optionGroup('Training', {
  method: z
    .string()
    .optional()
    .meta({
      value: 'name',
      description: `${methodNames.join(', ')}, or a sequence such as sft+dpo (default: ${defaultSequence}; with --control: sft)`,
    }),
  control: z.enum(['unfiltered', 'script']).optional().meta({
    value: 'data',
    description: 'train on something else instead, to see that the filter makes the gain',
  }),
});

const purposes = builtIn
  .map(
    ({ name, purposes: { train, gate, test } }) =>
      `  ${name.padEnd(14)} train on ${train}, gate ${gate}, test ${test}`,
  )
  .join('\n');

export const command = defineCommand({
  playsEnvironment: true,
  configured: 'section',
  stopsWhenAsked: true,
  options: [
    modelOptions,
    temperatureOptions,
    playerOptions,
    paceOptions,
    selftrainOptions,
    searchOptions,
    minRewardOptions,
    methodOptions,
    trainingOptions,
    trainerOptions,
    trainerOwnOptions,
    roundsOptions,
    budgetOptions,
    requestOptions,
    runOptions,
  ],
  notes: `Tasks are taken from these splits; names such as test-train divide a published split by a hash of each task's id:\n${purposes}`,
  examples: [
    'juxta selftrain   one round on the built-in environment',
    'juxta selftrain --environment toolwoz --method sft+dpo   on real MultiWOZ dialogues',
    'juxta selftrain --rounds 3 --tasks 600 --mix 0.3 --json',
    `juxta selftrain --trainer trl --base Qwen/Qwen2.5-7B-Instruct --model http://localhost:8000/v1#Qwen/Qwen2.5-7B-Instruct \\
    --user-model openai:gpt-… --environment toolwoz --method kto --preset paper-kto --serve-command ./load-adapter.sh`,
    'juxta selftrain --resume   after Ctrl-C, or worse',
  ],
});

export type Options = ValuesIn<typeof command>;
