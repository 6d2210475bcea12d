import { z } from 'zod';
import { runOptions, taskOptions, temperatureOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { budgetOptions, requestOptions } from '../options/limits.ts';
import { modelOptions, paceOptions, playerOptions } from '../options/players.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  playsEnvironment: true,
  configured: 'top',
  stopsWhenAsked: true,
  arguments: {
    '[environment]': 'a module or a name (default: --environment, or what juxta.config.ts names)',
  },
  options: [
    optionGroup('Agent and user', {
      as: z
        .enum(['user', 'agent'])
        .default('user')
        .describe('who you are: the user, or the agent, who calls tools by filling in forms'),
    }),
    playerOptions,
    modelOptions,
    temperatureOptions,
    paceOptions,
    taskOptions,
    budgetOptions,
    requestOptions,
    runOptions,
  ],
  notes: 'The conversation is stored as a run, like any other. Lines may come through a pipe.',
  examples: [
    'juxta play ./returns.ts --model http://localhost:8000/v1#NAME',
    'juxta play ./returns.ts --as agent --split test   a scripted user, where the task has a script',
    'juxta play ./returns.ts --as agent --user-model openai:gpt-…',
  ],
});

export type Options = ValuesIn<typeof command>;
