import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../http/problem.ts';
import { type Remembered, responseMemory } from './response-memory.ts';

const response = (id: string, content = 'x'): Remembered => ({
  id,
  response: { id },
  conversation: [{ role: 'user', content }],
  items: new Map([[`msg_${id}`, { type: 'message', role: 'assistant', content }]]),
});
const forgotten = (thrown: unknown): boolean => thrown instanceof Problem && thrown.status < 500;

test('the oldest responses are forgotten first, with their items, when there are too many', () => {
  const memory = responseMemory({ mostResponses: 2, mostCharacters: 1e6 });
  for (const id of ['a', 'b', 'c']) memory.remember(response(id));
  assert.throws(() => memory.conversation('a'), forgotten);
  assert.throws(() => memory.item('msg_a'), forgotten);
  assert.equal(memory.conversation('b').length, 1);
  assert.equal(memory.item('msg_c').type, 'message');
});

test('long responses are forgotten sooner', () => {
  const memory = responseMemory({ mostResponses: 100, mostCharacters: 1000 });
  memory.remember(response('a', 'x'.repeat(600)));
  memory.remember(response('b', 'x'.repeat(600)));
  assert.throws(() => memory.response('a'), forgotten);
  memory.forget('b');
  assert.throws(() => memory.forget('b'), forgotten);
  memory.remember(response('c', 'x'.repeat(900)));
  assert.deepEqual(memory.response('c'), { id: 'c' });
});
