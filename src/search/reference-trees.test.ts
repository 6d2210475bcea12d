/** τ-bench's trees under the reference protocol, in a small world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act } from '../agents/act/act.ts';
import type { Agent } from '../agents/agent.ts';
import { functionCalling, singleRequests } from '../agents/function-calling.ts';
import { toolCall } from '../dialogue/message.ts';
import { noUsage } from '../dialogue/turn.ts';
import type { Environment } from '../environments/environment.ts';
import { tauEnvironment } from '../environments/tau-bench/environment.ts';
import type { TauTask } from '../environments/tau-bench/task.ts';
import { retailWorld, taskOf } from '../environments/tau-bench/world.testing.ts';
import type { Completion, Model } from '../models/model.ts';
import type { User } from '../users/user.ts';
import { defaultSearch } from './josh/josh.ts';
import { searchTree } from './search-tree.ts';

const environment = tauEnvironment(retailWorld()) as Environment;
const cancelled = ['cancel_pending_order', '{"order_id": "#W1", "reason": "no longer needed"}'] as const;
const transferred = ['transfer_to_human_agents', '{"summary": "x"}'] as const;

const called = ([name, args]: readonly [string, string]): Completion => ({
  text: null,
  toolCalls: [toolCall('c', name, args)],
  usage: noUsage,
  finishReason: 'tool-calls',
});
const said = (text: string): Completion => ({ text, toolCalls: [], usage: noUsage, finishReason: 'stop' });

/** A single line, whose agent gives these replies, and after them the last one for ever. */
const searched = async (
  task: TauTask,
  replies: readonly Completion[],
  { protocol = 'reference', agent }: { protocol?: 'default' | 'reference'; agent?: Agent } = {},
) => {
  let asked = 0;
  const heard: string[] = [];
  const model: Model = {
    id: 'set',
    generate: async () => [replies[Math.min(asked++, replies.length - 1)]!],
  };
  const user: User = {
    name: 'set',
    begin: () => null,
    reply: async ({ messages }) => {
      heard.push(messages.at(-1)?.content ?? '');
      return { text: 'Go on.', done: false, memory: null, usage: noUsage };
    },
  };
  const tree = await searchTree(
    {
      environment,
      agent: agent ?? (functionCalling({ ...singleRequests, protocol }) as Agent),
      model,
      user,
      temperature: 1,
      maxTokens: 9,
      protocol,
    },
    task,
    1,
    {
      ...defaultSearch,
      beam: 1,
      maxTries: 3,
      maxRounds: 4,
      ...(protocol === 'reference' && { userErrors: 'search', outOfTries: 'all' }),
    },
  );
  return { tree, heard };
};

test('a line goes on after a transfer, in what computing the reward left behind; by default it ends there', async () => {
  const replies = [called(transferred), called(cancelled), said('Done.')];
  const { tree } = await searched(taskOf([cancelled]), replies);
  assert.match(tree.nodes[0]?.turns[2]?.calls[0]?.output ?? '', /non-pending order cannot be cancelled/);
  assert.equal(tree.reward, 1);
  const { tree: standard } = await searched(taskOf([cancelled]), replies, { protocol: 'default' });
  assert.deepEqual([standard.nodes[0]?.cause, standard.reward], ['environment-ended', 0]);
});

test('outputs that were never sent, since the last goal ended the search, are not said', async () => {
  const replies = [said('It is 12.5.'), called(cancelled), said('Done.')];
  const late = [called(cancelled), said('It is 12.5.')];
  const task = taskOf([cancelled], { outputs: ['12.5'] });
  assert.equal((await searched(task, replies)).tree.reward, 1);
  assert.equal((await searched(task, late)).tree.reward, 0);
  assert.equal((await searched(task, late, { protocol: 'default' })).tree.reward, 1);
});

test('out of tries, function calling breaks the search, and act has its apology sent', async () => {
  const thinking = called(['think', '{"thought": "x"}']);
  const { tree, heard } = await searched(taskOf([cancelled]), [thinking]);
  assert.equal(tree.fault?.cause, 'agent-error');
  assert.match(tree.fault?.message ?? '', /cannot send its apology/);
  assert.deepEqual(heard, ['']);
  const writing = said('Action: {"name": "think", "arguments": {"thought": "x"}}');
  const agent = act({ ...singleRequests, protocol: 'reference' }) as Agent;
  const spoken = await searched(taskOf([cancelled]), [writing], { agent });
  assert.equal(spoken.tree.fault, undefined);
  assert.deepEqual(spoken.heard[1], 'Error: Agent ran out of retries.');
});

test('a response without content breaks the search at the user', async () => {
  const agent = act({ ...singleRequests, protocol: 'reference' }) as Agent;
  const { tree } = await searched(
    taskOf([cancelled]),
    [said('Action: {"name": "respond", "arguments": {}}')],
    {
      agent,
    },
  );
  assert.equal(tree.fault?.cause, 'agent-error');
  assert.match(tree.fault?.message ?? '', /needs "content"/);
});
