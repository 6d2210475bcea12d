import type { Pace } from '../../environments/environment.ts';
import type { PaceOptions } from '../options/players.ts';

/** Where the agent's steps are limited, there may be as many messages as those need. */
export const paceOf = (pace: Pace, { agentTries, maxTurns }: PaceOptions): Pace => {
  const tried = agentTries === undefined ? pace : { ...pace, tries: agentTries };
  if (maxTurns === undefined) return tried;
  return pace.unit === 'turns'
    ? { ...tried, messages: maxTurns, rounds: maxTurns }
    : { ...tried, messages: 2 * maxTurns + 1, steps: maxTurns, turnSteps: maxTurns, rounds: maxTurns };
};
