/** Whole trees played against an endpoint with a quirk: agent and user of Hamlet behind one server in this process. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JuxtaError } from '../base/errors.ts';
import { hash } from '../base/random.ts';
import type { Message } from '../dialogue/message.ts';
import { openHamlet } from '../environments/hamlet/hamlet.ts';
import type { Counts } from '../models/layers/events.ts';
import { sampleSeed } from '../models/layers/samples.ts';
import type { ToolCallMode } from '../models/layers/stack.ts';
import type { PlainAnswer, Quirk } from '../models/testing/quirks.ts';
import { scriptedPolicy } from '../models/testing/scripted-policy.ts';
import type { CastSpec } from '../rollout/cast.ts';
import { inProcessExecutor } from '../rollout/in-process.ts';
import { openRunModels } from '../rollout/run-models.ts';
import { treeJob } from '../rollout/testing.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { openSqlite } from '../store/sqlite.ts';
import { aRun } from '../store/store.conformance.ts';

interface Sent {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly temperature?: number;
  readonly n?: number;
  readonly seed?: number;
  readonly seeds?: readonly number[];
}

const hamlet = openHamlet();

/** The tools that the trees' agents have. */
export const { tools } = hamlet;

const scripted = scriptedPolicy({
  tasks: hamlet.tasks('train', { count: 4 }).map(task => ({
    id: task.id,
    instructions: task.instructions,
    goals: hamlet.goals(task),
  })),
  agentWords: 6,
  userWords: 6,
  afterUser: { rightCall: 0.3, partialSearch: 0.2 },
});

const plainAnswer = (sent: Sent): PlainAnswer => {
  const { model, messages, temperature = 1, tools: offered = [], n = 1 } = sent;
  const toolNames = offered.map(tool => tool.function.name);
  const choices = Array.from({ length: n }, (_, index) => {
    const seed = sent.seeds?.[index] ?? sampleSeed(sent.seed ?? 0, index);
    const { text = null, toolCalls } = scripted({ model, messages, toolNames, temperature }, seed);
    const calls = toolCalls?.map((call, i) => ({
      id: `call_${hash(seed, i)}`,
      type: 'function',
      function: call,
    }));
    return {
      index,
      finish_reason: calls ? 'tool_calls' : 'stop',
      message: { role: 'assistant', content: text, ...(calls && { tool_calls: calls }) },
    };
  });
  return { id: 'x', choices, usage: { prompt_tokens: 9, completion_tokens: 5 } };
};

export interface QuirkServer {
  readonly model: string;
  close(): Promise<void>;
}

export const startQuirkServer = async ({ refuses, answers }: Quirk): Promise<QuirkServer> => {
  const times = new Map<string, number>();
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const sent = JSON.parse(text) as Sent & Record<string, unknown>;
    const seen = times.get(text) ?? 0;
    times.set(text, seen + 1);
    const refused = refuses?.(sent);
    const plain = refused ? undefined : plainAnswer(sent);
    const answer =
      plain === undefined
        ? { status: 400, body: JSON.stringify(refused) }
        : (answers?.(plain, sent, seen) ?? { body: JSON.stringify(plain) });
    const { status = 200, headers = {}, body } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    model: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1#m`,
    close: () => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
};

export interface Played {
  readonly trees: readonly JoshTree[];
  /** What stopped the run, if anything did. */
  readonly error: JuxtaError | undefined;
  readonly counts: Counts;
}

/** Rolls out some tasks with one model as agent and user, as `juxta rollout` would. */
export const played = async (
  model: string,
  tasks: number,
  toolCalls: ToolCallMode = 'native',
): Promise<Played> => {
  const store = openSqlite(':memory:');
  await store.saveRun(aRun('quirks'));
  const limits = { retrySeconds: 0.001, sampleSeeds: true, parallel: 2, toolCalls };
  const runModels = await openRunModels(store, 'quirks', limits, 'default');
  const cast: CastSpec = {
    environment: { name: 'hamlet' },
    agent: 'function-calling',
    pace: 'turns',
    protocol: 'default',
    model,
    user: 'goal',
    userModel: model,
    maxTokens: 64,
  };
  const trees: JoshTree[] = [];
  let error: JuxtaError | undefined;
  try {
    const jobs = Array.from({ length: tasks }, (_, index) => treeJob(index, { beam: 2, maxRounds: 5 }));
    await inProcessExecutor(runModels).run(cast, jobs, tree => void trees.push(tree), undefined);
  } catch (thrown) {
    if (!(thrown instanceof JuxtaError)) throw thrown;
    error = thrown;
  } finally {
    await runModels.close();
    await store.close();
  }
  trees.sort((a, b) => (a.task < b.task ? -1 : 1));
  return { trees, error, counts: runModels.counts() };
};
