import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, toolCall } from '../../dialogue/message.ts';
import { RequestFault } from '../fault.ts';
import { createTally, textsIn } from '../layers/events.ts';
import { stack } from '../layers/stack.ts';
import { fakeModel, request, said } from '../testing/fake-model.ts';

const tools = [
  { name: 'find', description: 'Finds.', parameters: { type: 'object', properties: {} }, mutating: false },
];
const CALL = '<tool_call>\n{"name": "find", "arguments": {"area": "north"}}\n</tool_call>';

test('calls in text are read as calls, and siblings keep their own', async () => {
  const { observe, counts } = createTally();
  const model = stack(
    fakeModel((_, seed) => said(seed % 2 ? `One moment. ${CALL}` : 'Which area?')),
    { toolCalls: 'text', screen: {}, observe },
  );
  const [called] = await model.generate(request({ tools, seed: 1 }));
  assert.equal(called?.text, 'One moment.');
  assert.equal(called?.finishReason, 'tool-calls');
  assert.deepEqual(called?.toolCalls[0]?.function, { name: 'find', arguments: '{"area":"north"}' });
  const [spoken] = await model.generate(request({ tools, seed: 2 }));
  assert.deepEqual([spoken?.text, spoken?.toolCalls.length], ['Which area?', 0]);
  assert.equal(counts()['text-call <tool_call>'], 1);
  assert.equal(counts()['resample call-in-text'], undefined);
});

test('an endpoint that takes no tools is told of them in the prompt, and of calls and results in words', async () => {
  const { observe, counts } = createTally();
  const fake = fakeModel(asked => {
    if (asked.tools.length > 0)
      throw new RequestFault('refused', 'no', {
        status: 400,
        said: '400: this model does not support tools',
      });
    return said(CALL);
  });
  const model = stack(fake, { toolCalls: 'text', screen: {}, observe });
  const messages: Message[] = [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'Hello' },
    {
      role: 'assistant',
      content: 'So.',
      tool_calls: [toolCall('a', 'find', '{}'), toolCall('b', 'find', '{}')],
    },
    { role: 'tool', tool_call_id: 'a', content: 'none' },
    { role: 'tool', tool_call_id: 'b', content: 'one' },
  ];
  for (const seed of [1, 2]) {
    const [completion] = await model.generate(request({ messages, tools, seed }));
    assert.equal(completion?.toolCalls[0]?.function.name, 'find');
  }
  assert.equal(fake.requests.length, 3, 'tools are refused once');
  const sent = fake.requests.at(-1)!.messages;
  assert.deepEqual(
    sent.map(({ role }) => role),
    ['system', 'user', 'assistant', 'user'],
  );
  assert.match(sent[0]!.content!, /^Be kind\.[\s\S]*"name":"find"[\s\S]*<tool_call>/);
  assert.equal(sent[2]!.content?.match(/<tool_call>\n\{"name": "find", "arguments": \{\}\}/g)?.length, 2);
  assert.match(sent[3]!.content!, /<tool_response>\nnone\n<\/tool_response>\n<tool_response>\none/);
  assert.match(textsIn(counts(), 'warning')[0]!.text, /takes no tools: they are put into the prompt/);
});

test('another refusal is no reason to put tools into the prompt', async () => {
  const fake = fakeModel(() => {
    throw new RequestFault('refused', 'no', { status: 401, said: '401: wrong key' });
  });
  await assert.rejects(stack(fake, { toolCalls: 'text' }).generate(request({ tools })), /no/);
  assert.equal(fake.requests.length, 1);
});

test('a model that never calls is told of, once', async () => {
  const { observe, counts } = createTally();
  const model = stack(
    fakeModel(() => said('Well.')),
    { toolCalls: 'text', screen: {}, observe },
  );
  for (let seed = 0; seed < 25; seed++) await model.generate(request({ tools, seed }));
  const [warning] = textsIn(counts(), 'warning');
  assert.match(warning!.text, /none of its first 10 replies holds a tool call/);
  assert.equal(warning!.count, 1);
});

test('an answer cached as it stood is not served where calls are read from text', async () => {
  const entries = new Map<string, readonly ReturnType<typeof said>[]>();
  const cache = {
    get: (key: string) => entries.get(key),
    put: (key: string, answers: readonly ReturnType<typeof said>[]) => void entries.set(key, answers),
  };
  const greedy = request({ tools, temperature: 0 });
  const fake = fakeModel(() => said(CALL));
  await stack(fake, { cache }).generate(greedy);
  const [completion] = await stack(fake, { cache, toolCalls: 'text' }).generate(greedy);
  assert.equal(completion?.toolCalls.length, 1);
});
