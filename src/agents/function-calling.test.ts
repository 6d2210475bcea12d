import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolCall } from '../dialogue/message.ts';
import { noUsage } from '../dialogue/turn.ts';
import type { Completion, Model } from '../models/model.ts';
import { functionCalling, type Protocol, singleRequests, wholeTurns } from './function-calling.ts';
import { viewOf } from './protocols/saying.testing.ts';

const completing = (...completions: readonly Partial<Completion>[]): Model => {
  const left = [...completions];
  return {
    id: 'set',
    generate: async () => [
      { text: null, toolCalls: [], usage: noUsage, finishReason: 'stop', ...left.shift() },
    ],
  };
};

test('the reference reads numbers that only Python knows; by default they are no JSON', async () => {
  const text = '{"a": NaN, "b": -Infinity, "c": "NaN Infinity"}';
  const step = (protocol: Protocol) =>
    functionCalling({ ...wholeTurns, protocol }).step(
      completing({ toolCalls: [toolCall('c', 'find', text)] }, { text: 'Done.' }),
      viewOf(),
    );
  const reference = await step('reference');
  assert.deepEqual(reference.calls[0]?.arguments, {
    a: null,
    b: Number.NEGATIVE_INFINITY,
    c: 'NaN Infinity',
  });
  const [asked] = reference.internal;
  assert.ok(asked?.role === 'assistant');
  assert.equal(asked.tool_calls?.[0]?.function.arguments, text, 'the model sees what it wrote');
  const standard = await step('default');
  assert.deepEqual(standard.calls, []);
  assert.match(standard.internal[1]?.content ?? '', /^ERROR: the arguments of find are not valid JSON/);
});

test('digits beside such a number make no number of their own', async () => {
  for (const text of ['{"a": 1Infinity}', '{"a": Infinity0}', '{"a": -NaN}']) {
    const agent = functionCalling({ ...wholeTurns, protocol: 'reference' });
    const step = await agent.step(completing({ toolCalls: [toolCall('c', 'find', text)] }), viewOf());
    assert.equal(step.status, 'gave-up', text);
  }
});

test("an empty list of calls raises in ToolWOZ's agent of the reference, and is speech in τ-bench's", async () => {
  const completion = { text: 'Hello.', finishReason: 'tool-calls' } as const;
  const step = (options: typeof wholeTurns) =>
    functionCalling({ ...options, protocol: 'reference' }).step(completing(completion), viewOf());
  assert.equal((await step(wholeTurns)).status, 'gave-up');
  const spoken = await step(singleRequests);
  assert.equal(spoken.status, 'spoke');
  assert.deepEqual(spoken.visible, [{ role: 'assistant', content: 'Hello.' }]);
});

test("τ-bench's agent of the reference takes a call of a tool named respond for speech", async () => {
  const step = (protocol: Protocol, args: string) =>
    functionCalling({ ...singleRequests, protocol }).step(
      completing({ toolCalls: [toolCall('c', 'respond', args)] }),
      viewOf(),
    );
  const spoken = await step('reference', '{"content": "Hello."}');
  assert.deepEqual([spoken.status, spoken.visible], ['spoke', [{ role: 'assistant', content: 'Hello.' }]]);
  assert.match((await step('reference', '{}')).error ?? '', /needs "content"/);
  assert.equal((await step('reference', '{')).status, 'gave-up');
  assert.equal((await step('default', '{"content": "Hello."}')).calls.length, 1);
});
