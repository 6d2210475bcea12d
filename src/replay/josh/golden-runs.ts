/** The format of `golden_runs_*.jsonl.gz`: whole runs of the reference with scripted replies; described beside the file. */
import { z } from 'zod';
import type { Message } from '../../dialogue/message.ts';

const path = z.string();
const reply = z.object({
  content: z.string().nullish(),
  tool_calls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })).nullish(),
});
const replies = z.record(path, z.array(reply));
const inPool = z.array(z.int().nonnegative());
const pool = z.array(z.looseObject({ role: z.string() }).transform(value => value as unknown as Message));
const about = {
  id: z.string(),
  strategy: z.enum(['react', 'function_calling']),
  task: z.string(),
  llm: z.object({ agent: replies, user: replies }),
  /** Who was asked, on which node, with how many messages. */
  asked: z.array(z.tuple([z.enum(['agent', 'user']), path, z.number()])),
};

const conversation = z.object({
  ...about,
  mode: z.literal('normal'),
  result: z.strictObject({
    reward: z.number().optional(),
    failed: z.array(z.string()).optional(),
    raises: z.string().optional(),
    messages: inPool,
    internal_messages: inPool,
    pool,
  }),
});

const search = z.object({
  ...about,
  mode: z.literal('josh'),
  beam_size: z.number(),
  max_turn_tries: z.number(),
  result: z.strictObject({
    reward: z.number(),
    training_examples: z.array(
      z.object({ messages: inPool, is_successful: z.boolean(), is_golden_path: z.boolean() }),
    ),
    pool,
  }),
});

export const goldenRun = z.discriminatedUnion('mode', [conversation, search]);
export type GoldenRun = z.infer<typeof goldenRun>;
export type GoldenConversation = z.infer<typeof conversation>;
export type GoldenSearch = z.infer<typeof search>;
export type GoldenReply = z.infer<typeof reply>;
