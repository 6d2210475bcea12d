/** Searches all tasks at once, without a store: for counting calls. */

import type { Agent } from '../../src/agents/agent.ts';
import { functionCalling, wholeTurns } from '../../src/agents/function-calling.ts';
import { hash } from '../../src/base/random.ts';
import { memoryLog } from '../../src/models/layers/completion-log.ts';
import { type StackOptions, stack } from '../../src/models/layers/stack.ts';
import { defaultSearch, type SearchOptions } from '../../src/search/josh/josh.ts';
import type { JoshTree } from '../../src/search/josh/tree.ts';
import { searchTree } from '../../src/search/search-tree.ts';
import { goalUser } from '../../src/users/goal/goal.ts';
import type { User } from '../../src/users/user.ts';
import { type InProcessModel, inProcessModel, lockstep, type Scene } from './scene.ts';

/** A rollout's seeds depend on its stage. */
export const STAGE = 'roll out';

export interface Counted {
  readonly trees: readonly JoshTree[];
  readonly model: InProcessModel;
  /** The longest chain of dependent calls. */
  readonly chain: number;
}

export const searchInLockstep = async (
  scene: Scene,
  search: Partial<SearchOptions>,
  layers: StackOptions = { coalesce: true, cache: memoryLog() },
): Promise<Counted> => {
  const clock = lockstep();
  const provider = inProcessModel(scene, clock.answered);
  const model = stack(provider, layers);
  const cast = {
    environment: scene.environment,
    agent: functionCalling({ ...wholeTurns, protocol: 'reference' }) as Agent,
    model,
    user: goalUser({ model, protocol: 'reference' }) as User,
    temperature: 1,
    maxTokens: 256,
  };
  const trees = await Promise.all(
    scene.tasks.map(task => searchTree(cast, task, hash(1, STAGE, task.id), { ...defaultSearch, ...search })),
  );
  return { trees, model: provider, chain: clock.steps() };
};
