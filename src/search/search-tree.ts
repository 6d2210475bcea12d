/** A search over one task: the conversation, branched by a policy, as a finished `Tree`. */

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
import { asReferenceTree, sentTexts } from '../play/reference-tree.ts';
import type { Round } from './josh/josh.ts';
import type { SearchOptions } from './josh/options.ts';
import { joshPolicy } from './josh/policy.ts';
import type { JoshTree } from './josh/tree.ts';
import type { PolicyRound, SearchPolicy } from './policy.ts';
import type { Tree, TreeNode } from './tree.ts';

/** A conversation's play, with the state that it starts from. */
type ConversationPlay = ReturnType<typeof conversationPlay>;

interface SearchSettings<Options> {
  readonly options: Options;
  readonly onRound?: (round: PolicyRound<ConversationState, Goal>) => void;
  readonly signal?: AbortSignal;
  /** By default the cast's conversation; a replay may wrap it. */
  readonly play?: ConversationPlay;
}

/**
 * The user opens before the search, and its wish to end then is ignored (josh.md, section 3). When all goals are
 * reached and the environment judges by its own final state, the kept line's outcome replaces the reward.
 */
export const searchWith = async <Options, Node extends TreeNode, More extends object>(
  policy: SearchPolicy<Options, Node, More>,
  cast: Cast,
  task: Task,
  seed: number,
  { options, onRound, signal = new AbortController().signal, play: given }: SearchSettings<Options>,
): Promise<Tree<Node> & More> => {
  const about = { task: task.id, taskType: task.type, seed, systemPrompt: systemPromptOf(cast) };
  const unbegun = (turn: Turn, cause: Cause, message: string) => ({
    reward: 0,
    ...policy.unbegun(turn, cause),
    rounds: 0,
    fault: { cause, message },
  });
  const begun = given ?? orFault(() => conversationPlay(cast, task, seed));
  if (begun instanceof PlayFault)
    return { ...about, goals: [], ...unbegun(faultTurn(begun.message), begun.ends, begun.message) };
  const reference = cast.protocol === 'reference';
  const play = reference ? asReferenceTree(begun, task, cast.environment) : begun;
  const opening = await play.userStep(play.start, { path: '', index: 0 }, signal);
  const goals = play.goals.map(goal => goal.id);
  if (opening.cause && isFault(opening.cause)) {
    const message = opening.turn.error ?? 'the user did not open the conversation';
    return { ...about, goals, ...unbegun(opening.turn, opening.cause, message) };
  }
  const search = policy.search(play, { state: opening.state, turns: [opening.turn] }, options, signal);
  let next = await search.next();
  for (; !next.done; next = await search.next()) onRound?.(next.value);
  const { reward, nodes, root, open, raised, ...more } = next.value;
  const { state, path } = root;
  const isJudged = cast.environment.judgesFinalState && open.length === 0 && goals.length > 0;
  const final = isJudged
    ? orFault(() =>
        asking(() => {
          const said = reference ? sentTexts(state.visible) : agentTexts(state.visible);
          return cast.environment.outcome(task, state.environment, said);
        }),
      )
    : reward;
  const tree = { ...about, goals, nodes, ...more } as Omit<Tree<Node>, 'reward'> & More;
  if (final instanceof PlayFault) {
    const ended = nodes.map(node => (node.path === path ? { ...node, cause: final.ends } : node));
    return { ...tree, reward: 0, nodes: ended, fault: { cause: final.ends, message: final.message } };
  }
  const fault = raised !== undefined && { cause: causeOfUser(raised), message: messageOf(raised) };
  return { ...tree, reward: final, ...(fault && { fault }) };
};

/** JOSH over one task. */
export const searchTree = (
  cast: Cast,
  task: Task,
  seed: number,
  options: SearchOptions,
  { onRound, ...more }: JoshSettings = {},
): Promise<JoshTree> =>
  searchWith(joshPolicy, cast, task, seed, {
    options,
    ...more,
    // The port shows what all policies' rounds have; these are JOSH's.
    ...(onRound && { onRound: onRound as SearchSettings<SearchOptions>['onRound'] & {} }),
  });

interface JoshSettings extends Omit<SearchSettings<SearchOptions>, 'options' | 'onRound'> {
  readonly onRound?: (round: Round<ConversationState, Goal>) => void;
}

const agentTexts = (visible: readonly Message[]): string[] =>
  visible.flatMap(message => (message.role === 'assistant' ? [message.content ?? ''] : []));
