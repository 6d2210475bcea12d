/** Options of every run, and of every command. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { optionGroup, type ValuesOf } from './group.ts';

const folder = z.string().default('.').meta({ value: 'path', description: 'project folder' });

/** A server that holds a project's rows in place of its folder. */
const storeOptions = {
  store: z.string().optional().meta({
    value: 'url',
    description:
      'keep the store on a Postgres server, as postgres://user@host/database (default: JUXTA_STORE, or else a file in the folder)',
  }),
  project: z
    .string()
    .optional()
    .meta({ value: 'name', description: 'the project on that server (default: juxta)' }),
};

/** Of commands that read a folder's files alone. */
export const folderOptions = optionGroup('Project', { folder });

/** Of commands that look at what others made. */
export const projectOptions = optionGroup('Project', { folder, ...storeOptions });

export const runOptions = optionGroup('Run', {
  folder: folder.describe('project folder; its .juxta holds store, data sets, weights and reports'),
  ...storeOptions,
  resume: z
    .union([z.string(), z.literal(true)])
    .optional()
    .meta({ value: 'run', description: 'go on with a run that was stopped or killed' }),
  changedEnvironment: z
    .boolean()
    .default(false)
    .describe("with --resume: go on although the environment's module has changed since"),
  seed: z.int().min(0).default(1).describe('seed of everything random'),
  threads: z.int().min(1).default(availableParallelism()).meta({
    description: 'worker threads; the result is the same with any number',
    shownDefault: 'one per core',
  }),
});

export type RunOptions = ValuesOf<typeof runOptions>;

export const dryRunOptions = optionGroup('Run', {
  dryRun: z
    .union([z.int().min(1), z.literal(true)])
    .optional()
    .describe('play only n tasks (default: 5), tell what all would take, and keep the answers for --resume'),
});

export type DryRunOptions = ValuesOf<typeof dryRunOptions>;

export const taskOptions = optionGroup('Tasks', {
  split: z.string().optional().meta({
    value: 'name',
    description: "which tasks (default: the environment's for training; of evaluate: for testing)",
  }),
  tasks: z.int().min(1).optional().describe('how many (default: the whole split, or 200 generated ones)'),
  start: z.int().min(0).default(0).describe('position of the first task'),
  shuffle: z.int().min(0).optional().meta({
    value: 'seed',
    description: 'shuffle the split first, as Python does with this seed (published runs: 10)',
  }),
});

export type TaskOptions = ValuesOf<typeof taskOptions>;

export const temperatureOptions = optionGroup('Model', {
  temperature: z.number().min(0).max(10).default(1).meta({
    value: 't',
    description: 'of the agent, in rollouts and in the sampled setting of evaluations',
  }),
});

export type TemperatureOptions = ValuesOf<typeof temperatureOptions>;

export const minRewardOptions = optionGroup('Data', {
  minReward: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .meta({ value: 'r', description: 'take trees that earned at least this' }),
});

/** Every command has it. */
export const outputOptions = optionGroup('Output', {
  json: z
    .boolean()
    .default(false)
    .describe('one JSON object on standard output and nothing else; words for people on standard error'),
});
