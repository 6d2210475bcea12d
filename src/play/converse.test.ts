import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agent } from '../agents/agent.ts';
import { functionCalling, singleRequests } from '../agents/function-calling.ts';
import { toolCall } from '../dialogue/message.ts';
import { noUsage } from '../dialogue/turn.ts';
import type { Environment } from '../environments/environment.ts';
import { tauEnvironment } from '../environments/tau-bench/environment.ts';
import { retailWorld, taskOf } from '../environments/tau-bench/world.testing.ts';
import type { Completion, Model } from '../models/model.ts';
import type { User } from '../users/user.ts';
import type { Cast } from './conversation.ts';
import { converse } from './converse.ts';

const environment = tauEnvironment(retailWorld()) as Environment;
const pace = environment.pace!;
/** Nothing is to be written: whoever ends the conversation has won. */
const task = taskOf([]);

const called = (name: string): Completion => ({
  text: null,
  toolCalls: [toolCall('c', name, '{"thought": "x"}')],
  usage: noUsage,
  finishReason: 'tool-calls',
});
const said = (text: string): Completion => ({ text, toolCalls: [], usage: noUsage, finishReason: 'stop' });

const played = (reply: (request: number) => Completion, user: (line: number) => string) => {
  let requests = 0;
  const model: Model = { id: 'set', generate: async () => [reply(requests++)] };
  const scripted: User<number> = {
    name: 'set',
    begin: () => 0,
    reply: async ({ memory }) => {
      const text = user(memory);
      return { text, done: text.includes('###STOP###'), memory: memory + 1, usage: noUsage };
    },
  };
  const agent = functionCalling({ ...singleRequests, protocol: 'reference' }) as Agent;
  const cast: Cast = { environment, agent, model, user: scripted as User, temperature: 0, maxTokens: 9 };
  const { messages: maxMessages, turnSteps: maxTries, steps: maxSteps } = pace;
  return converse(cast, task, 1, { maxMessages, maxSteps, ...(maxTries !== undefined && { maxTries }) });
};

test('an agent may call as often in a row as it has steps, and nothing is said for it in between', async () => {
  const episode = await played(
    request => (request < 29 ? called('think') : said('Done.')),
    line => (line === 0 ? 'Hello.' : '###STOP###'),
  );
  assert.equal(episode.cause, 'user-ended');
  assert.equal(episode.reward, 1);
  const words = episode.turns.flatMap(turn => turn.visible.map(({ content }) => content));
  assert.deepEqual(words, ['Hello.', 'Done.', '###STOP###']);
});

test('what the last step says is answered, and the answer may end the conversation', async () => {
  const talk = (stopsAt: number) =>
    played(
      () => said('Hm?'),
      line => (line === stopsAt ? '###STOP###' : 'Hm.'),
    );
  const ended = await talk(30);
  assert.deepEqual([ended.cause, ended.reward], ['user-ended', 1]);
  const cut = await talk(31);
  assert.deepEqual([cut.cause, cut.reward], ['turn-limit', 0]);
  assert.equal(cut.turns.filter(({ speaker }) => speaker === 'user').length, 31);
});

test('steps that ended in a call are not answered', async () => {
  const episode = await played(
    () => called('think'),
    () => '###STOP###',
  );
  assert.deepEqual([episode.cause, episode.reward], ['turn-limit', 0]);
  assert.equal(episode.turns.length, 31);
});

test('a user who hangs up with its very first line is answered all the same', async () => {
  const episode = await played(
    () => said('Wait!'),
    line => (line < 2 ? ['###STOP###', 'Yes?'][line]! : '###STOP###'),
  );
  assert.equal(episode.turns.length, 5);
  assert.deepEqual([episode.cause, episode.reward], ['user-ended', 1]);
});
