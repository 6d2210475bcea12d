import { dryRunOptions, runOptions, taskOptions, temperatureOptions } from '../options/common.ts';
import { budgetOptions, requestOptions } from '../options/limits.ts';
import { modelOptions, paceOptions, playerOptions } from '../options/players.ts';
import { searchOptions } from '../options/search.ts';
import { defineCommand, type ValuesIn } from './command.ts';

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
    searchOptions,
    budgetOptions,
    requestOptions,
    runOptions,
    dryRunOptions,
  ],
  examples: [
    'juxta rollout --tasks 100',
    'juxta rollout --environment toolwoz --split val-train --beam 8',
    'juxta rollout --environment ./returns.ts --model http://localhost:8000/v1#NAME --user-model openai:gpt-…',
    'juxta export --run rollout-1 --format trl-dpo --out data/dpo',
  ],
});

export type Options = ValuesIn<typeof command>;
