import { z } from 'zod';
import { dryRunOptions, runOptions, taskOptions, temperatureOptions } from '../options/common.ts';
import { optionGroup, type ValuesOf } from '../options/group.ts';
import { budgetOptions, requestOptions } from '../options/limits.ts';
import { modelOptions, paceOptions, playerOptions } from '../options/players.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const evaluationOptions = optionGroup('Evaluation', {
  trials: z.int().min(1).default(1).describe('conversations per task'),
  setting: z
    .enum(['greedy', 'sampled', 'both'])
    .optional()
    .describe('temperature 0, --temperature, or both (default: both for the embedded model)'),
  out: z.string().optional().meta({
    value: 'file',
    description: "also write the conversations as the original's results files have them",
  }),
  judge: z.string().optional().meta({
    value: 'name',
    description:
      'the model that grades MT-Bench answers, or decides what only a judge can tell of a task, named like --model',
  }),
});

const benchmarkOptions = optionGroup('MT-Bench', {
  benchmark: z
    .enum(['mt-bench'])
    .optional()
    .describe('instead of playing tasks: general ability, graded by a judge'),
  questions: z.string().optional().meta({
    value: 'file',
    description: 'question.jsonl, or the folder it is in (default: what `juxta data pull mt-bench` fetched)',
  }),
  judgePrompts: z
    .string()
    .optional()
    .meta({ value: 'file', description: 'judge_prompts.jsonl (default: beside the questions)' }),
  references: z
    .string()
    .optional()
    .meta({ value: 'file', description: 'reference answers (default: reference_answer/gpt-4.jsonl there)' }),
  categories: z.array(z.string()).optional().describe('only these'),
  baseline: z.string().optional().meta({ value: 'run', description: 'an earlier run to compare with' }),
  mode: z
    .enum(['single', 'pairwise'])
    .optional()
    .describe(
      'grade each answer alone, or also have the judge compare it with that of --baseline, in both orders (default: single)',
    ),
  judgeParse: z.enum(['official', 'strict']).optional().meta({
    value: 'how',
    description:
      'read scores as FastChat does, or only [[1]] to [[10]], asking again for what is none (default: official)',
  }),
});

export type BenchmarkOptions = ValuesOf<typeof benchmarkOptions>;

export const command = defineCommand({
  playsEnvironment: true,
  configured: 'section',
  stopsWhenAsked: true,
  options: [
    modelOptions,
    temperatureOptions,
    playerOptions,
    paceOptions,
    taskOptions,
    evaluationOptions,
    benchmarkOptions,
    budgetOptions,
    requestOptions,
    runOptions,
    dryRunOptions,
  ],
  examples: [
    'juxta evaluate --tasks 300',
    'juxta evaluate --model embedded:selftrain-1 --environment toolwoz',
    'juxta evaluate --environment toolwoz --agent script   the ceiling with this user',
    'juxta evaluate --environment tau-retail --model openai:gpt-… --user-model openai:gpt-… --setting sampled --trials 4',
    'juxta evaluate --benchmark mt-bench --model http://localhost:8000/v1#train-1 --judge openai:gpt-… --baseline evaluate-1',
  ],
});

export type Options = ValuesIn<typeof command>;
