import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '../refusal.ts';
import { createCapabilities } from './capabilities.ts';

const refusal = (message: string, param?: string): Refusal => ({ message, param, code: undefined });
const body = {
  model: 'm',
  messages: [{ role: 'user', content: 'Hi.' }],
  max_tokens: 100,
  temperature: 0.7,
  seed: 1,
};

/** Capabilities, what they told, and a server that refuses some names until it is restarted. */
const meeting = () => {
  const told: string[] = [];
  const capabilities = createCapabilities(text => told.push(text));
  const ask = (refused: readonly string[]): Record<string, unknown> => {
    for (let tries = 0; tries < 6; tries++) {
      const sent = capabilities.adapt(body);
      const name = refused.find(each => each in sent);
      if (name === undefined) {
        capabilities.accepted(sent);
        return sent;
      }
      assert.ok(capabilities.learn(refusal(`Unrecognized request argument supplied: ${name}`), sent), name);
    }
    throw new Error('nothing was learnt');
  };
  return { told, capabilities, ask };
};

test('what is refused is dropped or renamed, and stays so', () => {
  const { ask } = meeting();
  const sent = ask(['seed', 'max_tokens']);
  assert.deepEqual(Object.keys(sent).sort(), ['max_completion_tokens', 'messages', 'model', 'temperature']);
  assert.deepEqual(ask(['seed', 'max_tokens']), sent);
});

test('a server that was restarted with another model is learnt anew', () => {
  const { ask, told } = meeting();
  ask(['seed', 'max_tokens']);
  const sent = ask(['max_completion_tokens']);
  assert.deepEqual([sent.max_tokens, sent.seed], [100, 1]);
  assert.ok(told.includes('it took max_completion_tokens before: what was learnt of it is forgotten'));
  assert.deepEqual(ask(['max_completion_tokens']), sent);
});

test('a temperature that is refused where another was taken is no sign of another server', () => {
  const { capabilities, told } = meeting();
  capabilities.accepted({ ...body, temperature: 1 });
  assert.ok(
    capabilities.learn(
      refusal("'temperature' does not support 0.7. Only the default (1) is.", 'temperature'),
      body,
    ),
  );
  assert.equal(told.length, 1);
  assert.ok(!('temperature' in capabilities.adapt(body)));
});

test('a reply that may be shorter only is asked for shorter', () => {
  for (const message of [
    'max_tokens is too large: 100. This model supports at most 64 completion tokens.',
    "Invalid 'max_tokens': integer above maximum value. Expected a value <= 64, but got 100 instead.",
    '`max_tokens` must be less than or equal to `64`, the maximum value for this model',
  ]) {
    const { capabilities } = meeting();
    assert.ok(capabilities.learn(refusal(message), body), message);
    assert.deepEqual(capabilities.adapt(body), { ...body, max_tokens: 64 });
    assert.equal(capabilities.adapt({ ...body, max_tokens: 32 }).max_tokens, 32);
  }
});

test('requests that were under way when another taught the lesson are sent again, too', () => {
  const { capabilities, told } = meeting();
  const system = { ...body, messages: [{ role: 'system', content: 'Be kind.' }, ...body.messages] };
  const spoken = { ...body, messages: [...body.messages, { role: 'assistant', content: 'Hello.' }] };
  const lessons: readonly (readonly [string, typeof system])[] = [
    ['System role not supported', system],
    ['The `reasoning_content` in the thinking mode must be passed back to the API.', spoken],
    ['Unrecognized request argument supplied: seed', body],
  ];
  for (const [message, sent] of lessons)
    for (const time of [1, 2]) assert.ok(capabilities.learn(refusal(message), sent), `${message}, ${time}`);
  assert.equal(new Set(told).size, 3);
  const back = { ...spoken, messages: spoken.messages.map(each => ({ ...each, reasoning_content: '' })) };
  assert.ok(!capabilities.learn(refusal(lessons[1]![0]), back), 'what goes back already cannot be missing');
});
