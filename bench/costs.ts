/**
 * What our own code costs, apart from any model:
 *
 *     node --expose-gc bench/costs.ts
 *
 * µs per agent step with a model that answers at once, memory per live leaf, and 10,000 forks of a state. Medians of five.
 */

import type { Agent } from '../src/agents/agent.ts';
import { functionCalling } from '../src/agents/function-calling.ts';
import { random } from '../src/base/random.ts';
import { toolCall } from '../src/dialogue/message.ts';
import type { Environment } from '../src/environments/environment.ts';
import { openEnvironment } from '../src/environments/open.ts';
import type { Completion, Model } from '../src/models/model.ts';
import { type Cast, conversationPlay } from '../src/play/conversation.ts';
import { agendaUser } from '../src/players/travel/user/user.ts';
import { defaultSearch } from '../src/search/josh/josh.ts';
import { searchTree } from '../src/search/search-tree.ts';
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

const castOf = (environment: Environment): Cast => ({
  environment,
  agent: functionCalling() as Agent,
  model: instantModel,
  user: agendaUser() as User,
  temperature: 1,
  maxTokens: 64,
});

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const line = (what: string, value: string): void => {
  process.stdout.write(`| ${what} | ${value} |\n`);
};

const stepCost = async (environment: Environment, tasks: number, split: string): Promise<number> => {
  const cast = castOf(environment);
  const list = environment.tasks(split, { count: tasks });
  let steps = 0;
  const started = process.cpuUsage();
  for (const task of list) {
    const tree = await searchTree(cast, task, 1, defaultSearch);
    for (const node of tree.nodes) for (const turn of node.turns) if (turn.speaker === 'agent') steps++;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / steps;
};

const leafMemory = async (environment: Environment): Promise<number> => {
  const cast = castOf(environment);
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

const forks = async (environment: Environment): Promise<number> => {
  const [task] = environment.tasks('test', { count: 1 });
  let state = environment.start(task!);
  for (let i = 0; i < 10; i++)
    ({ state } = await environment.call(
      task!,
      state,
      toolCall('c', environment.tools[1]!.name, '{"area":"north"}'),
    ));
  const started = performance.now();
  const children: unknown[] = [];
  for (let i = 0; i < 10_000; i++) children.push(state);
  for (let i = 0; i < 10_000; i++)
    children[i] = (
      await environment.call(task!, children[i], toolCall('c', environment.tools[1]!.name, '{}'))
    ).state;
  return performance.now() - started;
};

process.stdout.write('| what | median of 5 |\n|---|---|\n');
for (const name of ['hamlet', 'toolwoz']) {
  const environment = await openEnvironment({ name });
  await stepCost(environment, 20, 'test');
  for (const tasks of [20, 200]) {
    const costs: number[] = [];
    for (let i = 0; i < 5; i++) costs.push(await stepCost(environment, tasks, 'test'));
    line(
      `${name}: CPU per agent step of a tree search (user and environment included), ${tasks} tasks`,
      `${median(costs).toFixed(0)} µs`,
    );
  }
  const memory: number[] = [];
  for (let i = 0; i < 5; i++) memory.push(await leafMemory(environment));
  line(
    `${name}: heap per live leaf, one turn deep, its path shared`,
    `${(median(memory) / 1024).toFixed(1)} KiB`,
  );
  const forked: number[] = [];
  for (let i = 0; i < 5; i++) forked.push(await forks(environment));
  line(`${name}: 10,000 forks of a state, each followed by one call`, `${median(forked).toFixed(0)} ms`);
}
