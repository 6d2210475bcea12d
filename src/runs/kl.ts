/** How far a round has moved the embedded model from the base, on prompts of held-out conversations. */
import { random } from '../base/random.ts';
import type { Turn } from '../dialogue/turn.ts';
import { type EnvironmentSpec, openEnvironment } from '../environments/open.ts';
import { type EmbeddedKl, embeddedKl, type KlPrompt } from '../evaluate/kl.ts';
import { openEmbeddedModel } from '../models/embedded/model.ts';
import { interrupted } from '../rollout/interrupted.ts';
import type { OnProgress } from './project/progress.ts';
import type { Project } from './project/project.ts';

export interface KlPlan {
  readonly run: string;
  readonly stage: string;
  readonly environment: EnvironmentSpec;
  /** The sampled evaluation whose conversations give the prompts. */
  readonly prompts: string;
  /** Paths of weights. */
  readonly model: string;
  readonly base: string;
  readonly seed: number;
}

const PROMPTS = 40;
const SAMPLES = 4;

export const klToBase = async (
  project: Project,
  plan: KlPlan,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<EmbeddedKl> => {
  const [model, base] = await Promise.all([openEmbeddedModel(plan.model), openEmbeddedModel(plan.base)]);
  const prompts = await promptsOf(project, plan);
  try {
    return await embeddedKl({
      model,
      base,
      prompts,
      samples: SAMPLES,
      seed: plan.seed,
      onProgress: ({ done }) =>
        onProgress({ stage: plan.stage, done, total: prompts.length, unit: 'prompts' }),
      ...(signal && { signal }),
    });
  } catch (thrown) {
    if (signal?.aborted) throw interrupted();
    throw thrown;
  }
};

/** Of each conversation one place where it is the agent's turn. */
const promptsOf = async (
  { store }: Project,
  { run, prompts: stage, environment: spec, seed }: KlPlan,
): Promise<readonly KlPrompt[]> => {
  const environment = await openEnvironment(spec);
  const prompts: KlPrompt[] = [];
  for await (const { task, transcript } of store.evaluations({ run, stage }, 'sampled')) {
    const turns = JSON.parse(transcript) as readonly Turn[];
    const ends = turns.flatMap((turn, i) =>
      turn.speaker === 'user' && turns[i + 1]?.speaker === 'agent' ? [i + 1] : [],
    );
    if (ends.length === 0) continue;
    const spoken = turns.slice(0, random(seed, 'kl', task).pick(ends)).flatMap(turn => turn.internal);
    prompts.push({
      id: task,
      messages: [{ role: 'system', content: environment.systemPrompt }, ...spoken],
      tools: environment.tools,
    });
    if (prompts.length === PROMPTS) break;
  }
  return prompts;
};
