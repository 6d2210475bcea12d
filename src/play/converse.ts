/** A conversation that is run straight through, as evaluation does. */
import type { Message } from '../dialogue/message.ts';
import { type Cause, isFault, type Turn } from '../dialogue/turn.ts';
import type { Task } from '../environments/environment.ts';
import { type Cast, type ConversationState, conversationPlay, systemPromptOf } from './conversation.ts';
import type { Played } from './play.ts';
import { asking, faultTurn, orFault, PlayFault } from './play-fault.ts';

/** A finished conversation. */
export interface Episode {
  readonly task: string;
  readonly taskType: string;
  readonly seed: number;
  /** The agent's system prompt. */
  readonly systemPrompt: string;
  readonly turns: readonly Turn[];
  /** The environment's reward in [0, 1]. */
  readonly reward: number;
  /** Ids of the goals that all calls together reach. */
  readonly reached: readonly string[];
  readonly cause: Cause;
}

/**
 * Runs a conversation: user, agent, user, … until someone ends it or `maxMessages` visible messages are there.
 * @param options.maxMessages toolwoz.md, section 8: 15
 * @param options.maxTries agent steps per turn
 * @param options.maxSteps agent steps in all
 */
export const converse = async (
  cast: Cast,
  task: Task,
  seed: number,
  options: {
    readonly maxMessages: number;
    readonly maxTries?: number;
    readonly maxSteps?: number;
    readonly signal?: AbortSignal;
  },
): Promise<Episode> => {
  const about = { task: task.id, taskType: task.type, seed, systemPrompt: systemPromptOf(cast) };
  const play = orFault(() => conversationPlay(cast, task, seed));
  if (play instanceof PlayFault)
    return { ...about, turns: [faultTurn(play.message)], reward: 0, reached: [], cause: play.ends };
  const signal = options.signal ?? new AbortController().signal;
  const turns: Turn[] = [];
  let state = play.start;
  let cause: Cause = 'turn-limit';
  const maxTries = options.maxTries ?? Number.POSITIVE_INFINITY;
  let stepsLeft = options.maxSteps ?? Number.POSITIVE_INFINITY;
  const take = (played: Played<ConversationState>): boolean => {
    state = played.state;
    turns.push(played.turn);
    if (played.status === 'over') cause = played.cause ?? 'agent-error';
    return played.status === 'over';
  };
  const opensAnyway = cast.environment.pace?.opensAnyway === true;
  talk: while (state.visible.length < options.maxMessages) {
    const said = await play.userStep(state, { path: '', index: turns.length }, signal);
    const unheeded = opensAnyway && turns.length === 0 && said.cause === 'user-ended';
    if (take(unheeded ? { ...said, status: 'spoke' } : said)) break;
    // The last step's words were answered: the answer may have ended the conversation, which is then judged.
    if (stepsLeft <= 0) break;
    for (let tries = 1; tries <= maxTries; tries++) {
      const played = await play.agentStep(state, { path: '', index: turns.length }, signal);
      stepsLeft--;
      if (take(played)) break talk;
      if (played.status === 'spoke') break;
      if (stepsLeft <= 0) break talk;
      if (tries === maxTries) {
        const out = play.outOfTries(state);
        state = out.state;
        turns.push(out.turn);
      }
    }
  }
  const result = orFault(() => asking(() => judge(cast, task, state, turns, cause)));
  if (result instanceof PlayFault)
    return {
      ...about,
      turns: [...turns, faultTurn(result.message)],
      reward: 0,
      reached: [],
      cause: isFault(cause) ? cause : result.ends,
    };
  return { ...about, turns, ...result, cause };
};

/** What the conversation was worth. What a user did with tools of its own is not the agent's. */
const judge = (
  cast: Cast,
  task: Task,
  state: ConversationState,
  turns: readonly Turn[],
  cause: Cause,
): Pick<Episode, 'reward' | 'reached'> => {
  const { environment } = cast;
  const own = turns.filter(turn => turn.speaker === 'agent');
  const said = own.flatMap(turn => turn.visible.map(textOf));
  const calls = own.flatMap(turn => turn.calls);
  const reached = environment.reached(task, environment.goals(task), {
    calls,
    state: state.environment,
    said,
  });
  return {
    reward: earnsNothing(cast, cause) ? 0 : environment.outcome(task, state.environment, said),
    reached: reached.map(goal => goal.id),
  };
};

const earnsNothing = ({ environment, protocol }: Cast, cause: Cause): boolean =>
  // Where the final state is judged, only a conversation that somebody ended has one (tau-bench.md, section 3.4).
  (environment.judgesFinalState === true && cause === 'turn-limit') ||
  // In the reference an exception costs the whole conversation, whatever was reached before (toolwoz.md, D10, D15).
  (protocol === 'reference' && (cause === 'agent-error' || cause === 'user-fault'));

const textOf = (message: Message): string => message.content ?? '';
