/** JOSH over one task: the conversation, searched, as a finished `Tree`. */

import { messageOf } from '../base/errors.ts';
import type { Message } from '../dialogue/message.ts';
import { isFault } from '../dialogue/turn.ts';
import type { Goal, Task } from '../environments/environment.ts';
import {
  type Cast,
  type ConversationState,
  causeOfUser,
  conversationPlay,
  systemPromptOf,
} from '../play/conversation.ts';
import { josh, type Round, type SearchOptions } from './josh/josh.ts';
import type { Tree } from './tree.ts';

/**
 * The user opens before the search, and its wish to end then is ignored (josh.md, section 3). When all goals are
 * reached and the environment judges by its own final state, the golden leaf's outcome replaces the reward.
 *
 * @param play by default the cast's conversation; a replay may wrap it
 */
export const searchTree = async (
  cast: Cast,
  task: Task,
  seed: number,
  options: SearchOptions,
  onRound: (round: Round<ConversationState, Goal>) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
  play: ReturnType<typeof conversationPlay> = conversationPlay(cast, task, seed),
): Promise<Tree> => {
  const opening = await play.userStep(play.start, { path: '', index: 0 }, signal);
  const about = {
    task: task.id,
    taskType: task.type,
    seed,
    systemPrompt: systemPromptOf(cast),
    goals: play.goals.map(goal => goal.id),
  };
  if (isFault(opening.cause)) {
    const node = { path: '', parent: null, segment: 0, turns: [opening.turn], rewards: [] };
    return {
      ...about,
      reward: 0,
      nodes: [{ ...node, successful: false, golden: false, cause: opening.cause! }],
      collapses: [],
      rounds: 0,
      fault: {
        cause: opening.cause!,
        message: opening.turn.error ?? 'the user did not open the conversation',
      },
    };
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
    const final = judged
      ? cast.environment.outcome(task, root.state.environment, agentTexts(root.state.visible))
      : reward;
    const fault = raised !== undefined && { cause: causeOfUser(raised), message: messageOf(raised) };
    return { ...about, reward: final, nodes, collapses, rounds, ...(fault && { fault }) };
  }
};

const agentTexts = (visible: readonly Message[]): string[] =>
  visible.flatMap(message => (message.role === 'assistant' ? [message.content ?? ''] : []));
