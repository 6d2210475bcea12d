/** What the JOSH repository's trees do otherwise on τ-bench than conversations there, for the reference protocol (josh.md, 3). */
import type { Message } from '../dialogue/message.ts';
import { noUsage } from '../dialogue/turn.ts';
import type { Environment, Goal, Task } from '../environments/environment.ts';
import type { ConversationState } from './conversation.ts';
import type { Play } from './play.ts';

/**
 * A play of which no line ends with a call that ends conversations: a transfer has the reward computed, and the agent goes on
 * in what that left of the state. A call that raised leaves nothing of its step but a line that is over.
 */
export const asReferenceTree = <P extends Play<ConversationState, Goal>>(
  play: P,
  task: Task,
  { afterReward }: Environment,
): P =>
  afterReward
    ? {
        ...play,
        agentStep: async (state, at, signal) => {
          const { cause, ...played } = await play.agentStep(state, at, signal);
          if (cause !== 'environment-ended') return { ...played, ...(cause && { cause }) };
          const environment = afterReward(task, played.state.environment);
          if (environment !== null)
            return { ...played, state: { ...played.state, environment }, status: 'acting' };
          const turn = { ...played.turn, visible: [], internal: [], error: 'a call raised', usage: noUsage };
          return { state, turn, status: 'over', cause: 'agent-error' };
        },
      }
    : play;

/** What the user was really sent: of each turn the last words, and of an unanswered one none. */
export const sentTexts = (visible: readonly Message[]): readonly string[] =>
  visible.flatMap((message, i) => {
    const before = visible[i - 1];
    return message.role === 'user' && before?.role === 'assistant' ? [before.content ?? ''] : [];
  });
