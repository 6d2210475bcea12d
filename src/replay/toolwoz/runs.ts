/**
 * Replays whole runs of the reference on ToolWOZ (`golden_runs_*.jsonl.gz`) through our conversation loop, agents, users
 * and tree search under the reference protocol, with a model that gives the recorded replies.
 */
import type { Agent } from '../../agents/agent.ts';
import { functionCalling, wholeTurns } from '../../agents/function-calling.ts';
import { react } from '../../agents/react/react.ts';
import { parseAs } from '../../base/json-lines.ts';
import { type Conformance, replayLines } from '../../base/recordings.ts';
import type { Message } from '../../dialogue/message.ts';
import { defaultPace, type Environment, type Task } from '../../environments/environment.ts';
import { openEnvironment } from '../../environments/open.ts';
import { type Cast, type ConversationState, conversationPlay } from '../../play/conversation.ts';
import { converse } from '../../play/converse.ts';
import { defaultSearch } from '../../search/josh/josh.ts';
import { searchTree } from '../../search/search-tree.ts';
import { goalUser } from '../../users/goal/goal.ts';
import { guideUser } from '../../users/guide/guide.ts';
import type { User } from '../../users/user.ts';
import { keepExamples } from '../josh/examples.ts';
import { compare, openRecordedModels, type RecordedModels } from '../recorded-models.ts';
import { type GoldenConversation, type GoldenRun, type GoldenSearch, goldenRun } from './golden-runs.ts';

/**
 * @param data where MultiWOZ lies, if not where `juxta data pull` put it
 * @param every takes the first run and then each so-many-th
 * @throws BadInputError if the file cannot be read whole
 */
export const replayRuns = async (
  file: string,
  { data, every = 1 }: { readonly data?: string; readonly every?: number } = {},
): Promise<Conformance> => {
  const environment = await openEnvironment({
    name: 'toolwoz',
    ...(data !== undefined && { options: { data } }),
  });
  const tasks = new Map(
    environment.splits.flatMap(split => environment.tasks(split)).map(task => [task.id, task]),
  );
  return replayLines(
    file,
    async (line, where) => {
      const run = parseAs(goldenRun, line, where);
      const task = tasks.get(run.task);
      const problem = task ? await replay(environment, task, run) : `there is no task ${run.task}`;
      return problem === undefined ? [] : [`${run.id}: ${problem}`];
    },
    { every },
  );
};

const protocol = 'reference';
const users = { goal: goalUser, guide: guideUser };

/** @returns what differed first, or undefined */
const replay = async (environment: Environment, task: Task, run: GoldenRun): Promise<string | undefined> => {
  const models = openRecordedModels(run);
  const options = { ...wholeTurns, protocol } as const;
  const cast: Cast = {
    environment,
    agent: (run.strategy === 'react' ? react(options) : functionCalling(options)) as Agent,
    model: models.model('agent'),
    user: users[run.user]({ model: models.model('user'), protocol }) as User,
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
  { result, max_turns: maxMessages = defaultPace.messages }: GoldenConversation,
): Promise<string | undefined> => {
  const episode = await converse(cast, task, 0, { maxMessages, maxTries: defaultPace.tries });
  const open = cast.environment.goals(task).filter(goal => !episode.reached.includes(goal.id));
  const raised = episode.cause === 'agent-error' || episode.cause === 'user-fault';
  const compareMessages = (what: string, recorded: readonly number[] | undefined, got: readonly Message[]) =>
    recorded &&
    compare(
      what,
      recorded.map(i => result.pool[i]),
      got,
    );
  return (
    compare('raised', result.raises !== undefined, raised) ??
    // Of a run that raised the reference had neither a reward nor goals to tell.
    compare('reward', result.reward ?? (raised ? 0 : undefined), episode.reward) ??
    compare('failed', result.failed, raised ? undefined : open.map(goal => goal.tool)) ??
    compareMessages(
      'messages',
      result.messages,
      episode.turns.flatMap(turn => turn.visible),
    ) ??
    compareMessages(
      'internal messages',
      result.internal_messages,
      episode.turns.flatMap(turn => turn.internal),
    )
  );
};

const replaySearch = async (
  cast: Cast,
  task: Task,
  run: GoldenSearch,
  models: RecordedModels,
): Promise<string | undefined> => {
  const { result } = run;
  const { examples, onRound } = keepExamples<ConversationState>(state => state.internal);
  const { reward } = await searchTree(
    cast,
    task,
    0,
    {
      ...defaultSearch,
      beam: run.beam_size,
      maxTries: run.max_turn_tries,
      maxRounds: run.max_turns ?? defaultPace.rounds,
      userErrors: 'search',
      outOfTries: 'all',
    },
    {
      onRound,
      play: models.on(conversationPlay(cast, task, 0)),
    },
  );
  // A search whose very first round broke has no result in the reference: reward 0, and nothing to learn from.
  const { reward: wanted, training_examples: recorded } =
    result.raises === undefined ? result : { reward: 0, training_examples: [] };
  const expected = recorded?.map(({ messages, is_successful, is_golden_path }) => ({
    messages: messages.map(i => result.pool[i]),
    successful: is_successful,
    golden: is_golden_path,
  }));
  return compare('reward', wanted, reward) ?? compare('examples', expected, examples);
};
