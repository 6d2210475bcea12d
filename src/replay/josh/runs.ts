/**
 * Replays whole runs of the reference on ToolWOZ (`golden_runs_*.jsonl.gz`) through our conversation loop, agents, user
 * and tree search under the reference protocol, with a model that gives the recorded replies.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import type { Agent } from '../../agents/agent.ts';
import { functionCalling, wholeTurns } from '../../agents/function-calling.ts';
import { react } from '../../agents/react/react.ts';
import { parseAs } from '../../base/json-lines.ts';
import { type Conformance, replayLines } from '../../base/recordings.ts';
import { toolCall } from '../../dialogue/message.ts';
import { noUsage } from '../../dialogue/turn.ts';
import { defaultPace, type Environment, type Task } from '../../environments/environment.ts';
import { openEnvironment } from '../../environments/open.ts';
import type { Completion, Model } from '../../models/model.ts';
import { type Cast, type ConversationState, conversationPlay } from '../../play/conversation.ts';
import { converse } from '../../play/converse.ts';
import { defaultSearch, type Played } from '../../search/josh/josh.ts';
import { searchTree } from '../../search/search-tree.ts';
import { goalUser } from '../../users/goal/goal.ts';
import type { User } from '../../users/user.ts';
import { harvestExamples, type ReferenceExample } from './examples.ts';
import {
  type GoldenConversation,
  type GoldenReply,
  type GoldenRun,
  type GoldenSearch,
  goldenRun,
} from './golden-runs.ts';

/**
 * @param data where MultiWOZ lies, if not where `juxta data pull` put it
 * @throws BadInputError if the file cannot be read whole
 */
export const replayRuns = async (
  file: string,
  { data }: { readonly data?: string } = {},
): Promise<Conformance> => {
  const environment = await openEnvironment({
    name: 'toolwoz',
    ...(data !== undefined && { options: { data } }),
  });
  const tasks = new Map(
    environment.splits.flatMap(split => environment.tasks(split)).map(task => [task.id, task]),
  );
  return replayLines(file, async (line, where) => {
    const run = parseAs(goldenRun, line, where);
    const task = tasks.get(run.task);
    const problem = task ? await replay(environment, task, run) : `there is no task ${run.task}`;
    return problem === undefined ? [] : [`${run.id}: ${problem}`];
  });
};

const protocol = 'reference';

/** @returns what differed first, or undefined */
const replay = async (environment: Environment, task: Task, run: GoldenRun): Promise<string | undefined> => {
  const script = openScript(run);
  const options = { ...wholeTurns, protocol } as const;
  const cast: Cast = {
    environment,
    agent: (run.strategy === 'react' ? react(options) : functionCalling(options)) as Agent,
    model: script.model('agent'),
    user: goalUser({ model: script.model('user'), protocol }) as User,
    temperature: 1,
    maxTokens: 256,
    protocol,
  };
  const problem =
    run.mode === 'normal'
      ? await replayConversation(cast, task, run)
      : await replaySearch(cast, task, run, script);
  return problem ?? script.difference();
};

const replayConversation = async (
  cast: Cast,
  task: Task,
  { result }: GoldenConversation,
): Promise<string | undefined> => {
  const pace = cast.environment.pace ?? defaultPace;
  const episode = await converse(cast, task, 0, { maxMessages: pace.messages, maxTries: pace.tries });
  const open = cast.environment.goals(task).filter(goal => !episode.reached.includes(goal.id));
  const raised = episode.cause === 'agent-error' || episode.cause === 'user-fault';
  const recorded = (messages: readonly number[]) => messages.map(i => result.pool[i]);
  return (
    compare('raised', result.raises !== undefined, raised) ??
    // Of a run that raised the reference had neither a reward nor goals to tell.
    compare('reward', result.reward ?? (raised ? 0 : undefined), episode.reward) ??
    compare('failed', result.failed, raised ? undefined : open.map(goal => goal.tool)) ??
    compare(
      'messages',
      recorded(result.messages),
      episode.turns.flatMap(turn => turn.visible),
    ) ??
    compare(
      'internal messages',
      recorded(result.internal_messages),
      episode.turns.flatMap(turn => turn.internal),
    )
  );
};

const replaySearch = async (
  cast: Cast,
  task: Task,
  run: GoldenSearch,
  script: Script,
): Promise<string | undefined> => {
  const examples: ReferenceExample[] = [];
  const play = conversationPlay(cast, task, 0);
  const inTurn = oneByOne<ConversationState>();
  const { reward } = await searchTree(
    cast,
    task,
    0,
    {
      ...defaultSearch,
      beam: run.beam_size,
      maxTries: run.max_turn_tries,
      userErrors: 'search',
      outOfTries: 'all',
    },
    {
      onRound: ({ collapse }) =>
        collapse && harvestExamples(examples, collapse.before, state => state.internal),
      play: {
        ...play,
        agentStep: (state, at, signal) => script.on(at.path, () => play.agentStep(state, at, signal)),
        userStep: (state, at, signal) =>
          inTurn(() => script.on(at.path, () => play.userStep(state, at, signal)), state),
      },
    },
  );
  const expected = run.result.training_examples.map(({ messages, is_successful, is_golden_path }) => ({
    messages: messages.map(i => run.result.pool[i]),
    successful: is_successful,
    golden: is_golden_path,
  }));
  return compare('reward', run.result.reward, reward) ?? compare('examples', expected, examples);
};

/** We ask the users of all leaves at once; the reference, one by one, does not come to those after one that raised. */
const oneByOne = <S>() => {
  let before: Promise<boolean> = Promise.resolve(false);
  return async (step: () => Promise<Played<S>>, state: S): Promise<Played<S>> => {
    const unasked: Played<S> = { state, turn: { ...NOTHING, speaker: 'user' }, status: 'over' };
    const played = before.then(broken => (broken ? unasked : step()));
    before = Promise.all([before, played]).then(([broken, { thrown }]) => broken || thrown !== undefined);
    return played;
  };
};
const NOTHING = { visible: [], internal: [], calls: [], usage: noUsage };

interface Script {
  model(who: 'agent' | 'user'): Model;
  /** Does what asks the models while this node is stepped. */
  on<T>(path: string, step: () => Promise<T>): Promise<T>;
  /** How what was asked differs from what the reference asked: node by node, for we ask nodes concurrently. */
  difference(): string | undefined;
}

const openScript = ({ llm, asked }: GoldenRun): Script => {
  const node = new AsyncLocalStorage<string>();
  const made = new Map<string, number[]>();
  return {
    on: (path, step) => node.run(path, step),
    model: who => ({
      id: `recorded ${who}`,
      generate: async ({ messages }) => {
        const path = node.getStore() ?? '';
        const counts = made.get(`${who} ${path}`) ?? [];
        made.set(`${who} ${path}`, counts);
        const reply = llm[who][path]?.[counts.length];
        counts.push(messages.length);
        if (!reply) throw new Error(`the recording has no reply ${counts.length} of the ${who} on "${path}"`);
        return [toCompletion(reply)];
      },
    }),
    difference: () => {
      const expected = new Map<string, number[]>();
      for (const [who, path, count] of asked) {
        const name = `${who} ${path}`;
        expected.set(name, [...(expected.get(name) ?? []), count]);
      }
      const names = new Set([...expected.keys(), ...made.keys()]);
      for (const name of names) {
        const problem = compare(`lengths of requests to ${name}`, expected.get(name), made.get(name));
        if (problem) return problem;
      }
      return undefined;
    },
  };
};

const toCompletion = ({ content, tool_calls: calls }: GoldenReply): Completion => ({
  text: content ?? null,
  toolCalls: (calls ?? []).map(call => toolCall(call.id, call.name, call.arguments)),
  usage: noUsage,
  finishReason: calls ? 'tool-calls' : 'stop',
});

const compare = (what: string, expected: unknown, got: unknown): string | undefined => {
  if (isDeepStrictEqual(expected, got)) return undefined;
  const texts = [expected, got].map(value => JSON.stringify(value) ?? 'nothing') as [string, string];
  // Runs are long: what is shown begins a little before the first difference.
  let same = 0;
  while (same < texts[0].length && texts[0][same] === texts[1][same]) same++;
  const [wanted, came] = texts.map(text => text.slice(Math.max(0, same - 60), same + 140));
  return `${what}: expected …${wanted}…, got …${came}…`;
};
