import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toolCall } from '../../dialogue/message.ts';
import { request } from '../testing/fake-model.ts';
import { contentKey, mostInputTokens, requestKey } from './request-key.ts';
import { withSeeds } from './samples.ts';

test('equal requests made of different objects have equal keys', () => {
  const a = request({
    messages: [{ role: 'assistant', content: null, tool_calls: [toolCall('c', 'f', '{}')] }],
  });
  const b = request({ messages: [{ tool_calls: [toolCall('c', 'f', '{}')], role: 'assistant' }] });
  assert.equal(requestKey('m', a), requestKey('m', b));
});

test('anything that can change the answer changes the key', () => {
  const base = request({
    messages: [
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
    ],
  });
  const others = [
    request(),
    { ...base, temperature: 0.5 },
    { ...base, maxTokens: 17 },
    { ...base, seed: 8 },
    { ...base, n: 2 },
    { ...base, messages: [{ role: 'user', content: 'ab' }] as const },
    {
      ...base,
      messages: [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'b' },
      ] as const,
    },
    { ...base, tools: [{ name: 't', description: '', parameters: {}, mutating: false }] },
  ];
  const keys = new Set([base, ...others].map(each => requestKey('m', each)));
  keys.add(requestKey('n', base));
  assert.equal(keys.size, others.length + 2);
});

test('seeds are part of the whole key and not of the content', () => {
  assert.equal(contentKey('m', request()), contentKey('m', request({ seed: 8, n: 3 })));
  assert.notEqual(
    requestKey('m', withSeeds(request(), [1, 2])),
    requestKey('m', withSeeds(request(), [1, 3])),
  );
});

test('the bound on input tokens is never less than the bytes of the texts', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), texts => {
      const messages = texts.map(content => ({ role: 'user' as const, content }));
      return mostInputTokens(request({ messages })) >= Buffer.byteLength(texts.join(''));
    }),
  );
});
