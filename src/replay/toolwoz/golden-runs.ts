/** The format of `golden_runs_*.jsonl.gz`: whole runs of the reference with scripted replies; described beside the file. */
import { z } from 'zod';
import type { Message } from '../../dialogue/message.ts';
import { recordedModels } from '../recorded-models.ts';

const inPool = z.array(z.int().nonnegative());
const pool = z.array(z.looseObject({ role: z.string() }).transform(value => value as unknown as Message));
const about = {
  id: z.string(),
  strategy: z.enum(['react', 'function_calling']),
  task: z.string(),
  user: z.enum(['goal', 'guide']).default('goal'),
  /** Most messages of a conversation, most rounds of a search. */
  max_turns: z.int().optional(),
  ...recordedModels,
};
/** Where the reference raised: the exception's class, and what stood in its lists of messages at that moment, if that was kept. */
const raised = {
  raises: z.string().optional(),
  messages: inPool.optional(),
  internal_messages: inPool.optional(),
};

const conversation = z.object({
  ...about,
  mode: z.literal('normal'),
  result: z.strictObject({
    reward: z.number().optional(),
    failed: z.array(z.string()).optional(),
    ...raised,
    pool: pool.default([]),
  }),
});

const search = z.object({
  ...about,
  mode: z.literal('josh'),
  beam_size: z.number(),
  max_turn_tries: z.number(),
  result: z.strictObject({
    reward: z.number().optional(),
    training_examples: z
      .array(z.object({ messages: inPool, is_successful: z.boolean(), is_golden_path: z.boolean() }))
      .optional(),
    ...raised,
    pool: pool.default([]),
  }),
});

export const goldenRun = z.discriminatedUnion('mode', [conversation, search]);
export type GoldenRun = z.infer<typeof goldenRun>;
export type GoldenConversation = z.infer<typeof conversation>;
export type GoldenSearch = z.infer<typeof search>;
