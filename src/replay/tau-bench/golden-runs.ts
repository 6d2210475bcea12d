/** The format of τ-bench's `golden_runs.jsonl.gz`: whole runs with scripted replies; described beside the file. */
import { z } from 'zod';
import { recordedModels } from '../recorded-models.ts';

const messages = z.array(z.looseObject({ role: z.string() }));
const about = {
  id: z.string(),
  strategy: z.enum(['fc', 'react']),
  /** The task's position in the test split. */
  index: z.int().nonnegative(),
  ...recordedModels,
};
const raised = z.object({ raises: z.string() });

const conversation = z.object({
  ...about,
  mode: z.literal('normal'),
  result: z.union([raised, z.object({ reward: z.number(), messages })]),
});

const search = z.object({
  ...about,
  mode: z.literal('josh'),
  result: z.union([
    raised,
    z.object({
      reward: z.number(),
      examples: z.array(z.object({ messages, s: z.boolean(), g: z.boolean() })),
    }),
  ]),
});

export const goldenTauRun = z.discriminatedUnion('mode', [conversation, search]);
export type GoldenTauRun = z.infer<typeof goldenTauRun>;
export type GoldenTauConversation = z.infer<typeof conversation>;
export type GoldenTauSearch = z.infer<typeof search>;
