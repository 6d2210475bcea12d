import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolCall } from '../../dialogue/message.ts';
import { noUsage } from '../../dialogue/turn.ts';
import type { Model } from '../../models/model.ts';
import { singleRequests, wholeTurns } from '../function-calling.ts';
import { contents, saying, viewOf } from '../protocols/saying.testing.ts';
import { act } from './act.ts';
import { actionsOf, referenceAction } from './replies.ts';

const reference = act({ ...singleRequests, protocol: 'reference' });
const standard = act();
const find = 'Action:\n{"name": "find", "arguments": {"id": 200.0}}';
const respond = 'Action:\n{"name": "respond", "arguments": {"content": "Hi."}}';

test('a tool action is executed, its output comes as a user message, and the agent goes on', async () => {
  for (const agent of [reference, standard]) {
    const made: ToolCall[] = [];
    const step = await agent.step(saying(find), viewOf(made));
    assert.equal(step.status, 'acting');
    assert.deepEqual(contents(step.internal), [`assistant: ${find}`, 'user: API output: did {"id":200.0}']);
    assert.equal(made[0]?.function.name, 'find');
  }
});

test('respond speaks to the user; the model keeps its own text', async () => {
  for (const agent of [reference, standard]) {
    const step = await agent.step(saying(respond), viewOf());
    assert.equal(step.status, 'spoke');
    assert.deepEqual(contents(step.visible), ['assistant: Hi.']);
    assert.deepEqual(contents(step.internal), [`assistant: ${respond}`]);
  }
});

test('the reference takes what follows the last Action, and says what is no JSON', () => {
  assert.deepEqual(referenceAction(`Action: x\n${find}`), { name: 'find', arguments: '{"id":200.0}' });
  assert.deepEqual(referenceAction('Action:\n {"name": respond} '), { say: '{"name": respond}' });
  assert.deepEqual(referenceAction('Just talk.'), { say: 'Just talk.' });
  assert.deepEqual(referenceAction('{"name": "respond", "arguments": {"content": "Hi."}}'), { say: 'Hi.' });
  assert.ok('wrong' in referenceAction('5'));
});

test('by default every action of a reply is read, fences and words behind an object do not matter', () => {
  assert.deepEqual(actionsOf(`Thought:\nboth\n${find}\n${find}`), [
    { name: 'find', arguments: '{"id":200.0}' },
    { name: 'find', arguments: '{"id":200.0}' },
  ]);
  assert.deepEqual(actionsOf('Action:\n```json\n{"name": "find", "arguments": {}}\n```\nDone.'), [
    { name: 'find', arguments: '{}' },
  ]);
  assert.deepEqual(actionsOf('Just talk.'), [{ say: 'Just talk.' }]);
  assert.ok('wrong' in actionsOf('Action:\n{"name": ')[0]!);
});

test('what is malformed or cannot be executed ends the line in the reference, and is answered by default', async () => {
  const cases = [
    ['Action:\n{"name": "find"}', /no "arguments"/],
    ['Action:\n{"arguments": {}}', /no "name"/],
    ['Action:\n{"name": "find", "arguments": 5}', /no "arguments"/],
    ['Action:\n{"name": "book", "arguments": {}}', /book is broken/],
  ] as const;
  for (const [reply, wrong] of cases) {
    const before = await reference.step(saying(reply), viewOf());
    assert.equal(before.status, 'gave-up');
    assert.match(before.error ?? '', wrong);
    const now = await standard.step(saying(reply), viewOf());
    assert.equal(now.status, 'acting');
    assert.match(now.internal.at(-1)?.content ?? '', wrong);
    assert.match(now.internal.at(-1)?.content ?? '', /^API output: ERROR: /);
  }
});

test('a reply without a text ends the line in the reference', async () => {
  const step = await reference.step(saying(null), viewOf());
  assert.deepEqual([step.status, step.error, step.internal], ['gave-up', 'the reply has no text', []]);
});

test('a response without content is found out by the user in the reference, and answered by default', async () => {
  const empty = 'Action:\n{"name": "respond", "arguments": {}}';
  const before = await reference.step(saying(empty), viewOf());
  assert.equal(before.status, 'spoke');
  assert.match(before.error ?? '', /needs "content"/);
  assert.deepEqual(contents(before.internal), [`assistant: ${empty}`]);
  assert.deepEqual(before.visible, []);
  const now = await standard.step(saying(empty), viewOf());
  assert.equal(now.status, 'acting');
  assert.match(now.internal.at(-1)?.content ?? '', /^API output: ERROR: .*needs "content"/);
});

test('thoughts change the prompt and the name, whole turns end with an apology to both', async () => {
  const model = saying(find, find, find);
  const step = await act({ ...wholeTurns, thoughts: true }).step(model, viewOf());
  assert.match(model.requests[0]?.messages[0]?.content ?? '', /Thought:/);
  assert.equal(step.status, 'spoke');
  assert.equal(step.visible[0], step.internal.at(-1));
  const plain = saying(respond);
  await standard.step(plain, viewOf());
  assert.doesNotMatch(plain.requests[0]?.messages[0]?.content ?? '', /Thought:/);
});

test('what the model thought is kept for it, and is not said to the user', async () => {
  const thinking: Model = {
    id: 'thinking',
    generate: async () => [
      {
        text: respond,
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
