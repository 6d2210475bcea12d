/**
 * Replays whole τ-bench conversations and searches of the JOSH repository (`golden_runs.jsonl.gz`) through our conversation
 * loop, agents, user and tree search under the reference protocol, with a model that gives the recorded replies.
 */
import { act } from '../../agents/act/act.ts';
import type { Agent } from '../../agents/agent.ts';
import { functionCalling, singleRequests } from '../../agents/function-calling.ts';
import { parseAs } from '../../base/json-lines.ts';
import type { Replay } from '../../base/recordings.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Environment, Task } from '../../environments/environment.ts';
import type { TauDomain } from '../../environments/tau-bench/domain.ts';
import { tauEnvironment, tauPace } from '../../environments/tau-bench/environment.ts';
import { type Cast, type ConversationState, conversationPlay } from '../../play/conversation.ts';
import { converse } from '../../play/converse.ts';
import { llmUser } from '../../players/tau/user/simulator.ts';
import { defaultSearch } from '../../search/josh/josh.ts';
import { searchTree } from '../../search/search-tree.ts';
import type { User } from '../../users/user.ts';
import { keepExamples } from '../josh/examples.ts';
import { compare, openRecordedModels, type RecordedModels } from '../recorded-models.ts';
import {
  type GoldenTauConversation,
  type GoldenTauRun,
  type GoldenTauSearch,
  goldenTauRun,
} from './golden-runs.ts';

/** Replays one line of such a file. */
export const replayTauRun = (domain: TauDomain): Replay => {
  const environment = tauEnvironment(domain) as Environment;
  return async (line, where) => {
    const run = parseAs(goldenTauRun, line, where);
    const [task] = environment.tasks('test', { start: run.index, count: 1 });
    const problem = task ? await replay(environment, task, run) : `there is no task ${run.index}`;
    return problem === undefined ? [] : [`${run.id}: ${problem}`];
  };
};

const protocol = 'reference';
const agents = {
  fc: functionCalling,
  react: (options: typeof singleRequests) => act({ ...options, thoughts: true }),
};

/** @returns what differed first, or undefined */
const replay = async (
  environment: Environment,
  task: Task,
  run: GoldenTauRun,
): Promise<string | undefined> => {
  const models = openRecordedModels(run);
  const cast: Cast = {
    environment,
    agent: agents[run.strategy]({ ...singleRequests, protocol }) as Agent,
    model: models.model('agent'),
    user: llmUser({ model: models.model('user'), protocol }) as User,
    temperature: 1,
    maxTokens: 256,
    protocol,
  };
  const problem =
    run.mode === 'normal'
      ? await replayConversation(cast, task, run)
      : await replaySearch(cast, task, run, models);
  return problem ?? models.difference();
};

const replayConversation = async (
  cast: Cast,
  task: Task,
  { result }: GoldenTauConversation,
): Promise<string | undefined> => {
  const { messages: maxMessages, steps: maxSteps } = tauPace;
  const episode = await converse(cast, task, 0, { maxMessages, maxSteps });
  // Where the reference raised, nothing was earned, and nothing is there to compare.
  if ('raises' in result) return compare('reward', 0, episode.reward);
  return (
    compare('reward', result.reward, episode.reward) ??
    compare(
      'messages',
      withoutPrompt(result.messages).map(inBrief),
      episode.turns.flatMap(turn => turn.internal).map(inBrief),
    )
  );
};

const replaySearch = async (
  cast: Cast,
  task: Task,
  { result }: GoldenTauSearch,
  models: RecordedModels,
): Promise<string | undefined> => {
  const { examples, onRound } = keepExamples<ConversationState>(state => [PROMPT, ...state.internal]);
  const { reward } = await searchTree(
    cast,
    task,
    0,
    {
      ...defaultSearch,
      maxTries: tauPace.tries,
      maxRounds: tauPace.rounds,
      userErrors: 'search',
      outOfTries: 'all',
    },
    {
      onRound,
      play: models.on(conversationPlay(cast, task, 0)),
    },
  );
  if ('raises' in result)
    return compare('reward', 0, reward) ?? compare('number of examples', 0, examples.length);
  const expected = result.examples.map(({ messages, s, g }) => ({
    messages: withoutPrompt(messages).map(inBrief),
    successful: s,
    golden: g,
  }));
  const got = examples.map(example => ({
    ...example,
    messages: withoutPrompt(example.messages).map(inBrief),
  }));
  return compare('reward', result.reward, reward) ?? compare('examples', expected, got);
};

/** Stands where the reference's conversations have theirs: what is trimmed of one depends on it. */
const PROMPT: Message = { role: 'system', content: '' };

type Recorded = Readonly<Record<string, unknown>>;

/** The prompts are ours. */
const withoutPrompt = <M extends { readonly role: string }>(messages: readonly M[]): readonly M[] =>
  messages[0]?.role === 'system' ? messages.slice(1) : messages;

/** A message without what the reference writes beside it now and then: nulls, empty lists, the name of a result's tool. */
const inBrief = (message: object): Recorded => {
  const { name: _, ...rest } = message as Recorded;
  return Object.fromEntries(
    Object.entries(rest)
      .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};
