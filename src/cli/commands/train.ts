import { z } from 'zod';
import { baseModel } from '../../models/open.ts';
import { methodNames } from '../../train/methods.ts';
import { runOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { trainerOptions, trainerOwnOptions, trainingOptions } from '../options/training.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const startOptions = optionGroup('Model', {
  model: z
    .string()
    .optional()
    .meta({
      value: 'name',
      description: `start, and reference of methods that compare: embedded:base, embedded:RUN or a weights file (default: ${baseModel}); trl: a folder or a name on the hub; services: their model`,
    }),
});

const dataOptions = optionGroup('Data', {
  method: z
    .string()
    .default('sft')
    .meta({ value: 'name', description: `${methodNames.join(', ')}, or a sequence such as sft+dpo` }),
  dataset: z.array(z.string()).default([]).meta({
    value: 'folders',
    description: 'one file or folder in a trl format per method, in the order of --method',
  }),
});

export const command = defineCommand({
  playsEnvironment: true,
  configured: 'section',
  stopsWhenAsked: true,
  options: [
    startOptions,
    dataOptions,
    trainingOptions,
    trainerOptions,
    trainerOwnOptions,
    optionGroup('Trainer', {
      cancel: z
        .string()
        .optional()
        .meta({ value: 'run', description: "services: ask to stop that run's job, and do nothing else" }),
    }),
    runOptions,
  ],
  examples: [
    'juxta train --method sft --dataset data/sft',
    'juxta train --method sft+dpo --dataset data/sft data/dpo --lora-rank 8',
    'juxta train --trainer trl --model Qwen/Qwen2.5-7B-Instruct --method kto --preset paper-kto --dataset data/kto',
    'juxta train --trainer openai --model gpt-… --method sft --dataset data/sft --price 25',
    'juxta evaluate --model embedded:train-1',
  ],
});

export type Options = ValuesIn<typeof command>;
