/** JOSH over one task: the conversation, searched, as a finished `Tree`. */

import { messageOf } from '../base/errors.ts';
import type { Message } from '../dialogue/message.ts';
import { type Cause, isFault, type Turn } from '../dialogue/turn.ts';
import type { Goal, Task } from '../environments/environment.ts';
import {
  type Cast,
  type ConversationState,
  causeOfUser,
  conversationPlay,
  systemPromptOf,
} from '../play/conversation.ts';
import { asking, faultTurn, orFault, PlayFault } from '../play/play-fault.ts';
import { josh, type Round, type SearchOptions } from './josh/josh.ts';
import type { Tree } from './tree.ts';

/**
 * The user opens before the search, and its wish to end then is ignored (josh.md, section 3). When all goals are
 * reached and the environment judges by its own final state, the golden leaf's outcome replaces the reward.
 *
 * @param given by default the cast's conversation; a replay may wrap it
 */
export const searchTree = async (
  cast: Cast,
  task: Task,
  seed: number,
  options: SearchOptions,
  onRound: (round: Round<ConversationState, Goal>) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
  given?: ReturnType<typeof conversationPlay>,
): Promise<Tree> => {
  const about = { task: task.id, taskType: task.type, seed, systemPrompt: systemPromptOf(cast) };
  const play = given ?? orFault(() => conversationPlay(cast, task, seed));
  if (play instanceof PlayFault)
    return { ...about, goals: [], ...unbegun(faultTurn(play.message), play.ends, play.message) };
  const opening = await play.userStep(play.start, { path: '', index: 0 }, signal);
  const goals = play.goals.map(goal => goal.id);
  if (opening.cause && isFault(opening.cause)) {
    const message = opening.turn.error ?? 'the user did not open the conversation';
    return { ...about, goals, ...unbegun(opening.turn, opening.cause, message) };
  }
  const search = josh(play, { state: opening.state, turns: [opening.turn] }, options, signal);
  for (;;) {
    const next = await search.next();
    if (!next.done) {
      onRound(next.value);
      continue;
    }
    const { reward, nodes, collapses, rounds, root, open, raised } = next.value;
    const judged = cast.environment.judgesFinalState && open.length === 0 && collapses.length > 0;
    const { state, path } = root;
    const final = judged
      ? orFault(() =>
          asking(() => cast.environment.outcome(task, state.environment, agentTexts(state.visible))),
        )
      : reward;
    if (final instanceof PlayFault) {
      const ended = nodes.map(node => (node.path === path ? { ...node, cause: final.ends } : node));
      const fault = { cause: final.ends, message: final.message };
      return { ...about, goals, reward: 0, nodes: ended, collapses, rounds, fault };
    }
    const fault = raised !== undefined && { cause: causeOfUser(raised), message: messageOf(raised) };
    return { ...about, goals, reward: final, nodes, collapses, rounds, ...(fault && { fault }) };
  }
};

/** What becomes of a task whose conversation did not come about. */
const unbegun = (
  turn: Turn,
  cause: Cause,
  message: string,
): Pick<Tree, 'reward' | 'nodes' | 'collapses' | 'rounds' | 'fault'> => ({
  reward: 0,
  nodes: [
    {
      path: '',
      parent: null,
      segment: 0,
      turns: [turn],
      rewards: [],
      successful: false,
      golden: false,
      cause,
    },
  ],
  collapses: [],
  rounds: 0,
  fault: { cause, message },
});

const agentTexts = (visible: readonly Message[]): string[] =>
  visible.flatMap(message => (message.role === 'assistant' ? [message.content ?? ''] : []));
