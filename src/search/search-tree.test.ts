import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agent } from '../agents/agent.ts';
import { functionCalling, wholeTurns } from '../agents/function-calling.ts';
import { react } from '../agents/react/react.ts';
import { toolCall } from '../dialogue/message.ts';
import { noUsage } from '../dialogue/turn.ts';
import { openHamlet } from '../environments/hamlet/hamlet.ts';
import { type Completion, type GenerateRequest, type Model, ModelError } from '../models/model.ts';
import { type Cast, conversationPlay } from '../play/conversation.ts';
import { converse } from '../play/converse.ts';
import { agendaUser } from '../players/travel/user/user.ts';
import type { User } from '../users/user.ts';
import { defaultSearch } from './josh/josh.ts';
import { searchTree } from './search-tree.ts';

const environment = openHamlet();
const [task] = environment.tasks('train', { count: 1 });
const goals = environment.goals(task!);

const said = (text: string): Completion => ({ text, toolCalls: [], usage: noUsage, finishReason: 'stop' });
/** Makes the right call of the first goal. */
const right = (): Completion => ({
  text: null,
  toolCalls: [toolCall('c', goals[0]!.tool, JSON.stringify(goals[0]!.arguments))],
  usage: noUsage,
  finishReason: 'tool-calls',
});
const model = (answer: (request: GenerateRequest) => Completion): Model => ({
  id: 'fake',
  generate: async request => [answer(request)],
});
const castOf = (more: Partial<Cast>): Cast => ({
  environment: environment as Cast['environment'],
  agent: functionCalling() as Agent,
  model: model(() => said('hello')),
  user: agendaUser() as User,
  temperature: 1,
  maxTokens: 64,
  ...more,
});
const search = (cast: Cast, options: Partial<typeof defaultSearch> = {}) =>
  searchTree(cast, task!, 1, { ...defaultSearch, beam: 2, maxRounds: 3, ...options });

test('a tree keeps the system prompt that its agent’s model was sent', async () => {
  const prompts = new Set<string | null | undefined>();
  const tree = await search(
    castOf({
      agent: react() as Agent,
      model: model(({ messages }) => {
        prompts.add(messages[0]?.content);
        return said('SPEAK hello <COMMAND_END>');
      }),
    }),
  );
  assert.deepEqual([...prompts], [tree.systemPrompt]);
  assert.match(tree.systemPrompt, /APICALL/);
});

test('what a line reached before its endpoint failed is not credited: nobody could read or go on with it', async () => {
  const failing = model(({ messages }) => {
    if (messages.at(-1)?.role === 'tool') throw new ModelError('infrastructure', 'the endpoint is gone');
    return right();
  });
  const tree = await search(castOf({ model: failing }));
  assert.deepEqual(tree.collapses, []);
  const ended = tree.nodes.filter(node => node.cause !== undefined);
  assert.ok(ended.length > 0 && ended.every(node => node.cause === 'infrastructure-fault'));
});

/** Speaks for a while, then breaks. */
const breaking = (): User => ({
  name: 'breaking',
  begin: () => null,
  reply: async ({ messages }) => {
    if (messages.length > 2) throw new Error('no words left');
    return { text: 'hello', done: false, memory: null, usage: noUsage };
  },
});

test('a user that throws ends its leaf; as in the reference, the whole search', async () => {
  const leaf = await search(castOf({ user: breaking() }));
  assert.equal(leaf.fault, undefined);
  assert.ok(leaf.nodes.some(node => node.cause === 'user-fault'));
  const whole = await search(castOf({ user: breaking(), protocol: 'reference' }), { userErrors: 'search' });
  assert.deepEqual(whole.fault, { cause: 'user-fault', message: 'no words left' });
  assert.equal(whole.rounds, 2);
});

test('in the reference a conversation in which something raised earns nothing', async () => {
  const options = { maxMessages: 15, maxTries: 20 };
  const answer = model(({ messages }) => (messages.at(-1)?.role === 'tool' ? said('done') : right()));
  for (const [protocol, reward] of [
    ['default', 1 / goals.length],
    ['reference', 0],
  ] as const) {
    const cast = castOf({ user: breaking(), model: answer, protocol });
    const episode = await converse(cast, task!, 1, options);
    assert.equal(episode.cause, 'user-fault');
    assert.equal(episode.reward, reward);
  }
});

test('an agent may show its model something else of having run out of tries than its user', () => {
  for (const [protocol, shown] of [
    ['default', ['SPEAK Error: Agent ran out of retries. <COMMAND_END>']],
    ['reference', []],
  ] as const) {
    const play = conversationPlay(castOf({ agent: react({ ...wholeTurns, protocol }) as Agent }), task!, 1);
    const { turn } = play.outOfTries(play.start);
    assert.deepEqual(
      turn.internal.map(message => message.content),
      shown,
    );
    assert.equal(turn.visible[0]?.content, 'Error: Agent ran out of retries.');
  }
});
