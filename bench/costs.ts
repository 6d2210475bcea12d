/**
 * What our own code costs, apart from any model:
 *
 *     node --expose-gc bench/costs.ts
 *
 * µs per agent step with a model that answers at once, memory per live leaf, and 10,000 forks of a state. Medians of five.
 */

import { fileURLToPath } from 'node:url';
import type { Agent } from '../src/agents/agent.ts';
import { functionCalling } from '../src/agents/function-calling.ts';
import { random } from '../src/base/random.ts';
import { toolCall } from '../src/dialogue/message.ts';
import type { Environment, Task } from '../src/environments/environment.ts';
import { openEnvironment } from '../src/environments/open.ts';
import type { EnvironmentSpec } from '../src/environments/spec.ts';
import type { Completion, Model } from '../src/models/model.ts';
import { type Cast, conversationPlay } from '../src/play/conversation.ts';
import { agendaUser } from '../src/players/travel/user/user.ts';
import { defaultSearch } from '../src/search/josh/josh.ts';
import { searchTree } from '../src/search/search-tree.ts';
import { scriptUser } from '../src/users/script/script.ts';
import type { User } from '../src/users/user.ts';
import { commandLine } from './command-line.ts';

commandLine(import.meta.filename).parse();

/** Calls a search or speaks, by the request's seed, at once. */
const instantModel: Model = {
  id: 'instant',
  generate: async ({ seed, tools }) => {
    const draw = random(seed);
    const usage = { inputTokens: 0, outputTokens: 0 };
    const search = tools.filter(tool => tool.name.startsWith('search_'));
    const completion: Completion = draw.chance(0.4)
      ? {
          text: null,
          toolCalls: [toolCall('c', draw.pick(search).name, '{"area":"north"}')],
          usage,
          finishReason: 'tool-calls',
        }
      : { text: 'I found nothing. Which area?', toolCalls: [], usage, finishReason: 'stop' };
    return [completion];
  },
};

/** Finds or refunds an order, or speaks, by the request's seed, at once. */
const instantClerk: Model = {
  id: 'instant clerk',
  generate: async ({ seed }) => {
    const draw = random(seed);
    const usage = { inputTokens: 0, outputTokens: 0 };
    if (!draw.chance(0.4))
      return [{ text: 'One moment, please.', toolCalls: [], usage, finishReason: 'stop' }];
    const order = draw.pick(['W1', 'W3', 'W9']);
    const call = draw.chance(0.5)
      ? toolCall('c', 'find_order', JSON.stringify({ order_id: order }))
      : toolCall('c', 'refund', JSON.stringify({ order_id: order, reason: 'late' }));
    return [{ text: null, toolCalls: [call], usage, finishReason: 'tool-calls' }];
  },
};

interface Subject {
  readonly name: string;
  readonly spec: EnvironmentSpec;
  readonly model: Model;
  readonly user: User;
  /** What each fork is followed by, and what was called ten times before. */
  readonly call: { readonly name: string; readonly before: string; readonly arguments: string };
}

const search = { name: 'search_restaurant', before: '{"area":"north"}', arguments: '{}' };
const subjects: readonly Subject[] = [
  ...['hamlet', 'toolwoz'].map(name => ({
    name,
    spec: { name },
    model: instantModel,
    user: agendaUser() as User,
    call: search,
  })),
  {
    name: 'returns desk',
    spec: { module: fileURLToPath(new URL('../examples/returns-desk/returns.ts', import.meta.url)) },
    model: instantClerk,
    user: scriptUser() as User,
    call: {
      name: 'refund',
      before: '{"order_id":"W3","reason":"late"}',
      arguments: '{"order_id":"W1","reason":"late"}',
    },
  },
];

const castOf = (environment: Environment, { model, user }: Subject): Cast => ({
  environment,
  agent: functionCalling() as Agent,
  model,
  user,
  temperature: 1,
  maxTokens: 64,
});

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const line = (what: string, value: string): void => {
  process.stdout.write(`| ${what} | ${value} |\n`);
};

/** Where there are fewer tasks, they are played again with other seeds. */
const games = (environment: Environment, count: number): readonly (readonly [task: Task, seed: number])[] => {
  const tasks = environment.tasks('test', { count });
  return Array.from({ length: count }, (_, i) => [
    tasks[i % tasks.length]!,
    1 + Math.floor(i / tasks.length),
  ]);
};

const stepCost = async (environment: Environment, tasks: number, subject: Subject): Promise<number> => {
  const cast = castOf(environment, subject);
  const list = games(environment, tasks);
  let steps = 0;
  const started = process.cpuUsage();
  for (const [task, seed] of list) {
    const tree = await searchTree(cast, task, seed, defaultSearch);
    for (const node of tree.nodes) for (const turn of node.turns) if (turn.speaker === 'agent') steps++;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / steps;
};

const leafMemory = async (environment: Environment, subject: Subject): Promise<number> => {
  const cast = castOf(environment, subject);
  const [task] = environment.tasks('test', { count: 1 });
  const play = conversationPlay(cast, task!, 1);
  let state = (await play.userStep(play.start, { path: '', index: 0 }, new AbortController().signal)).state;
  for (let i = 0; i < 6; i++) {
    state = (await play.agentStep(state, { path: '', index: 2 * i + 1 }, new AbortController().signal)).state;
    state = (await play.userStep(state, { path: '', index: 2 * i + 2 }, new AbortController().signal)).state;
  }
  const leaves = 2000;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const kept: unknown[] = [];
  for (let i = 0; i < leaves; i++)
    kept.push(
      (await play.agentStep(state, { path: String(i), index: 99 }, new AbortController().signal)).state,
    );
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - before) / kept.length;
  return bytes;
};

const forks = async (environment: Environment, { call }: Subject): Promise<number> => {
  const [task] = environment.tasks('test', { count: 1 });
  let state = environment.start(task!);
  for (let i = 0; i < 10; i++)
    ({ state } = await environment.call(task!, state, toolCall('c', call.name, call.before)));
  const started = performance.now();
  const children: unknown[] = [];
  for (let i = 0; i < 10_000; i++) children.push(state);
  for (let i = 0; i < 10_000; i++)
    children[i] = (
      await environment.call(task!, children[i], toolCall('c', call.name, call.arguments))
    ).state;
  return performance.now() - started;
};

process.stdout.write('| what | median of 5 |\n|---|---|\n');
for (const subject of subjects) {
  const { name, spec } = subject;
  const environment = await openEnvironment(spec);
  await stepCost(environment, 20, subject);
  for (const tasks of [20, 200]) {
    const costs: number[] = [];
    for (let i = 0; i < 5; i++) costs.push(await stepCost(environment, tasks, subject));
    line(
      `${name}: CPU per agent step of a tree search (user and environment included), ${tasks} tasks`,
      `${median(costs).toFixed(0)} µs`,
    );
  }
  const memory: number[] = [];
  for (let i = 0; i < 5; i++) memory.push(await leafMemory(environment, subject));
  line(
    `${name}: heap per live leaf, one turn deep, its path shared`,
    `${(median(memory) / 1024).toFixed(1)} KiB`,
  );
  const forked: number[] = [];
  for (let i = 0; i < 5; i++) forked.push(await forks(environment, subject));
  line(`${name}: 10,000 forks of a state, each followed by one call`, `${median(forked).toFixed(0)} ms`);
}
