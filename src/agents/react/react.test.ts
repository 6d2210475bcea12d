import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolCall } from '../../dialogue/message.ts';
import { noUsage } from '../../dialogue/turn.ts';
import type { Model } from '../../models/model.ts';
import { wholeTurns } from '../function-calling.ts';
import { contents, saying, viewOf } from '../protocols/saying.testing.ts';
import { commandsOf, referenceCommands } from './commands.ts';
import { react } from './react.ts';

const reference = react({ ...wholeTurns, protocol: 'reference' });
const standard = react();

test('a turn goes on until the agent speaks, and the model sees its own words and the results', async () => {
  const model = saying(
    'PLAN look <COMMAND_END> APICALL {"name": "find", "parameters": {"name": "x"}} <COMMAND_END>',
    'PLAN tell <COMMAND_END> SPEAK Found it. <COMMAND_END>',
  );
  for (const agent of [reference, standard]) {
    model.requests.length = 0;
    const step = await agent.step(model, viewOf());
    assert.equal(step.status, 'spoke');
    assert.deepEqual(contents(step.visible), ['assistant: Found it.']);
    assert.deepEqual(contents(step.internal), [
      'assistant: PLAN look <COMMAND_END> APICALL {"name": "find", "parameters": {"name": "x"}} <COMMAND_END>',
      'user: APIRETURN did {"name":"x"}',
      'assistant: PLAN tell <COMMAND_END> SPEAK Found it. <COMMAND_END>',
    ]);
    assert.deepEqual(step.usage, { inputTokens: 4, outputTokens: 2, cachedTokens: 0 });
    assert.equal(step.calls.length, 1);
    assert.equal(model.requests[1]?.messages.length, 4);
    assert.notEqual(model.requests[0]?.seed, model.requests[1]?.seed);
  }
});

test('the system prompt holds the role, the protocol and the tools', async () => {
  const model = saying('SPEAK hi');
  await standard.step(model, viewOf());
  const prompt = model.requests[0]?.messages[0]?.content ?? '';
  for (const part of ['You are a clerk.', 'PLAN', 'APICALL', 'SPEAK', '"name": "find"'])
    assert.ok(prompt.includes(part));
  assert.deepEqual(model.requests[0]?.tools, []);
});

test('a malformed call is answered: as in the reference, or with what was wrong', async () => {
  const replies = [
    'APICALL {"name": "find"}',
    'APICALL {"name": "lose", "parameters": {}}',
    'APICALL nothing',
  ];
  const before = await reference.step(saying(...replies), viewOf());
  assert.deepEqual(
    before.internal.filter(({ role }) => role === 'user').map(({ content }) => content),
    Array(3).fill('APIRETURN "FAILURE INCORRECTLY FORMATTED APICALL"'),
  );
  const now = await standard.step(saying(...replies), viewOf());
  const answers = now.internal.filter(({ role }) => role === 'user').map(({ content }) => content);
  assert.match(answers[0]!, /has no \\"parameters\\"/);
  assert.match(answers[1]!, /there is no tool \\"lose\\"; there are find, book/);
  assert.match(answers[2]!, /no \{\.\.\.\} after APICALL/);
});

test('a call that cannot be executed ends the line in the reference, and is answered by default', async () => {
  const broken =
    'APICALL {"name": "find", "parameters": {}} <COMMAND_END> APICALL {"name": "book", "parameters": {}}';
  const before = await reference.step(saying(broken), viewOf());
  assert.equal(before.status, 'gave-up');
  assert.equal(before.error, 'book is broken');
  assert.equal(before.calls.length, 1, 'what was done before is not lost');
  const now = await standard.step(saying(broken, 'SPEAK sorry'), viewOf());
  assert.equal(now.status, 'spoke');
  assert.ok(contents(now.internal).includes('user: APIRETURN "ERROR: book is broken"'));
});

test('running out of requests is said to the user, and by default to the model too', async () => {
  const idle = Array<string>(3).fill('APICALL {"name": "find", "parameters": {}}');
  const apology = 'Error: Agent ran out of retries.';
  const before = await reference.step(saying(...idle), viewOf());
  assert.deepEqual(contents(before.visible), [`assistant: ${apology}`]);
  assert.equal(before.internal.length, 6);
  const now = await standard.step(saying(...idle), viewOf());
  assert.deepEqual(contents(now.visible), [`assistant: ${apology}`]);
  assert.ok(now.internal.at(-1)?.content?.includes(apology));
  const single = await react({ protocol: 'default', requestsPerStep: 1, endsTurn: false }).step(
    saying(idle[0]!),
    viewOf(),
  );
  assert.equal(single.status, 'acting');
});

test('a reply without a command is noted as in the reference, or answered', async () => {
  const before = await reference.step(saying('hello', 'SPEAK x'), viewOf());
  assert.equal(before.internal[0]?.content, 'ERROR: NO COMMAND FOUND');
  const now = await standard.step(saying('hello', null, 'PLAN only'), viewOf());
  assert.deepEqual(
    now.internal.slice(0, 6).map(({ role }) => role),
    ['assistant', 'user', 'assistant', 'user', 'assistant', 'user'],
  );
  assert.match(now.internal[1]?.content ?? '', /^APIRETURN "ERROR: there was no APICALL/);
  assert.equal((await reference.step(saying(null), viewOf())).status, 'gave-up');
});

test('the reference splits at keywords anywhere; by default only where a command may begin', () => {
  const reply = 'PLAN the PLANE\nto SPEAKers <COMMAND_END> SPEAK a\\"b\nc';
  assert.deepEqual(referenceCommands(reply), [
    { keyword: 'PLAN', text: 'the' },
    { keyword: 'PLAN', text: 'Eto' },
    { keyword: 'SPEAK', text: 'ers' },
    { keyword: 'SPEAK', text: 'a"bc' },
  ]);
  assert.deepEqual(commandsOf(reply), [
    { keyword: 'PLAN', text: 'the PLANE\nto SPEAKers' },
    { keyword: 'SPEAK', text: 'a\\"b\nc' },
  ]);
  assert.deepEqual(commandsOf('PLAN I will APICALL {"a": 1}'), [
    { keyword: 'PLAN', text: 'I will' },
    { keyword: 'APICALL', text: '{"a": 1}' },
  ]);
});

test('a result that the model invents is cut off with what follows it', () => {
  assert.deepEqual(commandsOf('APICALL {"a": 1} <COMMAND_END>\nAPIRETURN [] \nSPEAK Nothing.'), [
    { keyword: 'APICALL', text: '{"a": 1}' },
  ]);
});

test('numbers reach the tool as the model wrote them', async () => {
  const made: ToolCall[] = [];
  await standard.step(
    saying('APICALL {"parameters": {"a": 1.0, "b": [2e1, NaN]}, "name": "find"}', 'SPEAK x'),
    viewOf(made),
  );
  assert.equal(made[0]?.function.arguments, '{"a":1.0,"b":[2e1,null]}');
});

test('what the model thought is kept for it, and is not said to the user', async () => {
  const thinking: Model = {
    id: 'thinking',
    generate: async () => [
      {
        text: 'PLAN tell <COMMAND_END> SPEAK Hi. <COMMAND_END>',
        toolCalls: [],
        usage: noUsage,
        finishReason: 'stop',
        reasoning: 'A guest. I greet.',
        extra: { signature: 'abc' },
      },
    ],
  };
  for (const agent of [reference, standard]) {
    const { internal, visible } = await agent.step(thinking, viewOf());
    assert.deepEqual(visible, [{ role: 'assistant', content: 'Hi.' }]);
    const [said] = internal;
    assert.ok(said?.role === 'assistant');
    assert.deepEqual([said.reasoning, said.extra], ['A guest. I greet.', { signature: 'abc' }]);
  }
});
