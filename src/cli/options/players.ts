/** Who plays: the agent and the user, and the models behind them. */
import { z } from 'zod';
import { baseModel } from '../../models/open.ts';
import { agentNames, userNames } from '../../players/registry.ts';
import { optionGroup, type ValuesOf } from './group.ts';

export const modelOptions = optionGroup('Model', {
  model: z
    .string()
    .optional()
    .meta({
      value: 'name',
      description: `the agent's: embedded:base, embedded:RUN, a weights file, http://HOST/v1#MODEL, openai:MODEL, anthropic:MODEL, google:MODEL, PROVIDER:MODEL of an installed AI SDK provider, or a name of "models" in juxta.config.ts (default: ${baseModel})`,
    }),
  replyTokens: z.int().min(1).optional().describe('most tokens of one reply of the agent'),
});

export const playerOptions = optionGroup('Agent and user', {
  agent: z
    .string()
    .default('function-calling')
    .meta({
      value: 'name',
      description: `how the agent uses its model; or a script: without errors (the ceiling), as the base learnt, or playing the ground truth: one of ${agentNames.join(', ')}; or the path of a module`,
    }),
  errorRate: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("share of a scripted agent's actions that go wrong"),
  user: z
    .string()
    .optional()
    .meta({
      value: 'name',
      description: `who plays the user: one of ${userNames.join(', ')}; or the path of a module (default: the script that the environment comes with, or a model with --user-model)`,
    }),
  userModel: z
    .string()
    .optional()
    .meta({ value: 'name', description: 'the model that plays the user, named like --model' }),
  userTemperature: z.number().min(0).max(10).optional().meta({
    value: 't',
    description: "of the model that plays the user (default: 0; τ-bench's: 1, under --protocol reference 0)",
  }),
  userTokens: z.int().min(1).optional().meta({
    value: 'n',
    description: "most tokens of one line of the model that plays the user (default: 256; τ-bench's: 1024)",
  }),
  protocol: z
    .enum(['default', 'reference'])
    .default('default')
    .describe('how tool calls and prompts are handled: our way, or as published'),
});

/** How long conversations may go on. */
export const paceOptions = optionGroup('Length', {
  agentTries: z
    .int()
    .min(1)
    .optional()
    .describe("most agent steps per turn of a tree (default: the environment's; ToolWOZ 20, τ-bench 10)"),
  maxTurns: z
    .int()
    .min(1)
    .optional()
    .describe(
      "most messages of a conversation (of τ-bench's: agent steps), and rounds of a tree (default: the environment's; ToolWOZ 15, τ-bench 30)",
    ),
});

export type PaceOptions = Partial<ValuesOf<typeof paceOptions>>;

export type PlayerOptions = ValuesOf<typeof modelOptions> & ValuesOf<typeof playerOptions> & PaceOptions;
