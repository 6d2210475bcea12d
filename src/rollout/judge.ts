import { messageOf } from '../base/errors.ts';
import { isFault, noUsage } from '../dialogue/turn.ts';
import { type Model, ModelError } from '../models/model.ts';
import type { Episode } from '../play/converse.ts';
import { judgeCriteria } from '../play/judge-criteria.ts';

/** Fresh answers asked of a judge that does not answer as it should. */
const TRIES = 3;

/**
 * The episode with its reward withdrawn if a judge finds one of the task's criteria unmet. Only a conversation that
 * earned something is judged. A judge that fails says nothing of the agent: the episode then counts as faulty.
 */
export const judged = async (
  judge: Model | undefined,
  criteria: readonly string[],
  episode: Episode,
  signal?: AbortSignal,
): Promise<Episode> => {
  if (!judge || criteria.length === 0 || episode.reward === 0 || isFault(episode.cause)) return episode;
  const visible = episode.turns.flatMap(turn => turn.visible);
  for (let attempt = 1; ; attempt++)
    try {
      const seed = episode.seed + attempt;
      const { met } = await judgeCriteria(judge, visible, criteria, {
        seed,
        again: attempt > 1,
        ...(signal && { signal }),
      });
      return met.every(Boolean) ? episode : { ...episode, reward: 0 };
    } catch (thrown) {
      const spent = thrown instanceof ModelError && thrown.fault === 'budget';
      if (!(thrown instanceof ModelError) && attempt < TRIES) continue;
      const error = `the judge failed: ${messageOf(thrown)}`;
      const turn = {
        speaker: 'user',
        visible: [],
        internal: [],
        calls: [],
        usage: noUsage,
        error,
      } as const;
      return {
        ...episode,
        turns: [...episode.turns, turn],
        cause: spent ? 'budget' : 'infrastructure-fault',
      };
    }
};
