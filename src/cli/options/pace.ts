/** Options that say how long conversations may go on. */
import { type Command, Option } from 'commander';
import type { Pace } from '../../environments/environment.ts';
import { whole } from './options.ts';

export interface PaceOptions {
  readonly agentTries?: number;
  readonly maxTurns?: number;
}

export const withPace = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--agent-tries <n>',
        "most agent steps per turn of a tree (default: the environment's; ToolWOZ 20, τ-bench 10)",
      ).argParser(whole(1)),
    )
    .addOption(
      new Option(
        '--max-turns <n>',
        "most messages of a conversation (of τ-bench's: agent steps), and rounds of a tree (default: the environment's; ToolWOZ 15, τ-bench 30)",
      ).argParser(whole(1)),
    );

/** Where the agent's steps are limited, there may be as many messages as those need. */
export const paceOf = (pace: Pace, { agentTries, maxTurns }: PaceOptions): Pace => {
  const tried = agentTries === undefined ? pace : { ...pace, tries: agentTries };
  if (maxTurns === undefined) return tried;
  return pace.unit === 'turns'
    ? { ...tried, messages: maxTurns, rounds: maxTurns }
    : { ...tried, messages: 2 * maxTurns + 1, steps: maxTurns, turnSteps: maxTurns, rounds: maxTurns };
};
