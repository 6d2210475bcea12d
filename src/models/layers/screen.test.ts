import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Completion } from '../model.ts';
import { ModelError } from '../model.ts';
import { called, fakeModel, request, said } from '../testing/fake-model.ts';
import { createTally } from './events.ts';
import { malformation, screening } from './screen.ts';

const tools = [{ name: 'find', description: '', parameters: {}, mutating: false }];
const good = called('find', '{"a": 1}');

test('what is wrong with a completion is named', () => {
  const cases: readonly (readonly [Completion, string | undefined])[] = [
    [good, undefined],
    [said('hello'), undefined],
    [called('find', '{"a": '), 'bad-arguments'],
    [called('lookup', '{}'), 'unknown-tool'],
    [said(null), 'empty'],
    [said(' \n'), 'empty'],
    [{ ...said(null), finishReason: 'length' }, 'cut-off'],
    [{ ...said('What are'), finishReason: 'length' }, 'cut-off'],
    [said('{"name": "find", "arguments": {"a": 1}}'), 'call-in-text'],
    [said('```json\n{"name": "find", "parameters": {}}\n```'), 'call-in-text'],
    [said('<tool_call>\n{"name": "find", "arguments": {}}\n</tool_call>'), 'call-in-text'],
    [said('<|python_tag|>find(a=1)'), 'call-in-text'],
    [said('<function=find>{"a": 1}</function>'), 'call-in-text'],
    [said('[TOOL_CALLS] [{"name": "find", "arguments": {}}]'), 'call-in-text'],
    [said('[{"name": "functions.find:0", "arguments": {}}]'), 'call-in-text'],
    [said('Booked.<|im_end|>\n<|im_start|>user'), 'control-token'],
    [called('find', '{"a": "<|eot_id|>"}'), 'control-token'],
    [said('{"name": "Ann", "arguments": "none"}'), undefined],
  ];
  for (const [completion, kind] of cases) assert.equal(malformation(completion, { tools }), kind);
});

test('bad samples are drawn anew with seeds of their own, good ones are kept', async () => {
  const model = fakeModel((_, __, asked) => (asked === 1 ? called('find', 'no') : good));
  const tally = createTally();
  const [completion] = await screening(model, { observe: tally.observe }).generate(request({ tools }));
  assert.deepEqual(completion, good);
  assert.notEqual(model.requests[1]?.seed, model.requests[0]?.seed);
  assert.deepEqual(tally.counts(), { 'reply with-tools': 2, 'resample bad-arguments': 1 });
});

test('a greedy sample that is bad is drawn anew at a temperature', async () => {
  const model = fakeModel(({ temperature }) => (temperature === 0 ? said('') : said('hello')));
  const [completion] = await screening(model).generate(request({ temperature: 0 }));
  assert.equal(completion?.text, 'hello');
});

test('a call that stays bad goes on to the agent, or fails without blame, as asked', async () => {
  const model = fakeModel(() => called('find', 'no'));
  const { observe, counts } = createTally();
  const [completion] = await screening(model, { resamples: 2, observe }).generate(request({ tools }));
  assert.equal(completion?.toolCalls.length, 1);
  assert.deepEqual(counts(), {
    'reply with-tools': 3,
    'resample bad-arguments': 2,
    'unusable bad-arguments': 1,
  });
  assert.equal(model.requests.length, 3);
  await assert.rejects(
    screening(model, { resamples: 2, persistent: 'fail' }).generate(request({ tools })),
    (thrown: unknown) => thrown instanceof ModelError && thrown.fault === 'infrastructure',
  );
});

test('an endpoint that stays silent is no fault of the agent', async () => {
  await assert.rejects(
    screening(fakeModel(() => said(null))).generate(request()),
    (thrown: unknown) => thrown instanceof ModelError && thrown.fault === 'infrastructure',
  );
});

test('a reply that was cut off is sampled again with more room, up to a bound', async () => {
  const model = fakeModel(({ maxTokens }) =>
    maxTokens < 64 ? { ...said('What are'), finishReason: 'length' } : said('What area?'),
  );
  const [completion] = await screening(model).generate(request({ maxTokens: 16 }));
  assert.equal(completion?.text, 'What area?');
  assert.deepEqual(
    model.requests.map(({ maxTokens }) => maxTokens),
    [16, 32, 64],
  );
  await assert.rejects(screening(model).generate(request({ maxTokens: 8 })), /cut-off/);
});

test('control tokens are never said: the reply is drawn anew, or fails without blame', async () => {
  const model = fakeModel((_, __, asked) => said(asked === 1 ? 'Yes.<|im_end|>' : 'Yes.'));
  const [completion] = await screening(model).generate(request());
  assert.equal(completion?.text, 'Yes.');
  await assert.rejects(
    screening(fakeModel(() => said('<start_of_turn>user'))).generate(request()),
    (thrown: unknown) => thrown instanceof ModelError && thrown.fault === 'infrastructure',
  );
});

test('a call that stays text is no fault of the agent, and is nothing to say', async () => {
  const model = fakeModel(() => said('{"name": "find", "arguments": {}}'));
  await assert.rejects(
    screening(model, { resamples: 2 }).generate(request({ tools })),
    (thrown: unknown) => thrown instanceof ModelError && thrown.fault === 'infrastructure',
  );
});
