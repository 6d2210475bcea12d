import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JuxtaError } from '../base/errors.ts';
import type { Message } from '../dialogue/message.ts';
import type { Completion, GenerateRequest, Model } from '../models/model.ts';
import { goalUser } from './goal/goal.ts';
import { guideUser } from './guide/guide.ts';
import { scriptUser } from './script/script.ts';

const task = {
  id: 't',
  type: 'hotel',
  instructions: ['You want a hotel in the north.', 'It should be cheap.'],
  sourceDialogue: ['A hotel, please.', 'Where?', 'In the north.', 'Booked.'],
};
const talked: readonly Message[] = [
  { role: 'user', content: 'A hotel, please.' },
  { role: 'assistant', content: 'Where should it be?' },
];

const saying = (...replies: readonly (string | null)[]): Model & { readonly requests: GenerateRequest[] } => {
  const requests: GenerateRequest[] = [];
  return {
    id: 'set',
    requests,
    generate: async request => {
      const text = replies[Math.min(requests.push(request), replies.length) - 1]!;
      const usage = { inputTokens: 2, outputTokens: 1 };
      return [{ text, toolCalls: [], usage, finishReason: 'stop' } satisfies Completion];
    },
  };
};
const view = (messages: readonly Message[] = []) => ({ task, messages, memory: null, seed: 3 });
const roles = ({ messages }: GenerateRequest) => messages.map(({ role }) => role);

test('the goal user lays its request out as the published results do, or with roles that strictly alternate', async () => {
  for (const [protocol, opening, later] of [
    ['reference', ['system'], ['system', 'assistant', 'user', 'system']],
    ['default', ['system', 'user'], ['system', 'user', 'assistant', 'user']],
  ] as const) {
    const model = saying('A hotel, please.');
    const user = goalUser({ model, protocol });
    const reply = await user.reply(view());
    assert.deepEqual([reply.text, reply.done, reply.fault], ['A hotel, please.', false, undefined]);
    await user.reply(view(talked));
    assert.deepEqual(model.requests.map(roles), [opening, later]);
    assert.deepEqual(
      model.requests.map(({ temperature, maxTokens, tools }) => [temperature, maxTokens, tools.length]),
      [
        [0, 256, 0],
        [0, 256, 0],
      ],
    );
    for (const sentence of task.instructions)
      assert.ok(model.requests[0]?.messages[0]?.content?.includes(sentence));
  }
});

test('by default each request begins with the whole of the one before', async () => {
  const model = saying('A hotel, please.');
  const user = goalUser({ model });
  await user.reply(view());
  await user.reply(view(talked));
  const [first, second] = model.requests.map(({ messages }) => messages.map(({ content }) => content));
  assert.deepEqual(second!.slice(0, first!.length), first);
});

test('a user that hangs up is done', async () => {
  const reply = await goalUser({ model: saying('Thanks for the hotel! END_CONVERSATION') }).reply(
    view(talked),
  );
  assert.equal(reply.done, true);
});

test('a faulty line is sampled anew, warmer and with another seed', async () => {
  const faults: string[] = [];
  const model = saying('How can I help you?', 'In the north.');
  const reply = await goalUser({ model, onFault: fault => faults.push(fault) }).reply(view(talked));
  assert.deepEqual([reply.text, reply.fault, faults], ['In the north.', undefined, ['speaks-as-agent']]);
  assert.deepEqual(reply.usage, { inputTokens: 4, outputTokens: 2, cachedTokens: 0 });
  const [first, second] = model.requests;
  assert.equal(first?.temperature, 0);
  assert.ok(second!.temperature > 0 && second!.seed !== first!.seed);
});

test('a line that stays faulty is marked; under the reference protocol nothing is checked', async () => {
  const model = saying('');
  const reply = await goalUser({ model, tries: 2 }).reply(view(talked));
  assert.equal(reply.fault, 'empty');
  assert.equal(model.requests.length, 2);
  assert.equal((await goalUser({ model, protocol: 'reference' }).reply(view(talked))).fault, undefined);
});

test('the guided user says the suggested quote', async () => {
  const model = saying('Go on.\nSuggested quote: not this\nSuggested quote: "In the\n north."\n');
  const reply = await guideUser({ model }).reply(view(talked));
  assert.equal(reply.text, 'In the north.');
  const prompt = model.requests[0]?.messages[0]?.content ?? '';
  assert.deepEqual(roles(model.requests[0]!), ['user']);
  assert.match(prompt, /customer: A hotel, please\.\nagent: Where\?\ncustomer: In the north\./);
  assert.match(prompt, /customer: A hotel, please\.\nagent: Where should it be\?/);
});

test('the coach of the reference sees the speakers the wrong way round (D11), and an opening that is not there yet', async () => {
  const model = saying('Suggested quote: In the north.');
  const user = guideUser({ model, protocol: 'reference' });
  await user.reply(view(talked));
  await user.reply(view());
  assert.match(
    model.requests[0]?.messages[0]?.content ?? '',
    /agent: A hotel, please\.\nuser: Where should it be\?/,
  );
  assert.match(model.requests[1]?.messages[0]?.content ?? '', /NOT YET STARTED/);
});

test('the reference keeps the blanks around a quote', async () => {
  const model = saying('Suggested quote: "In the\n north. "');
  const said = async (protocol: 'default' | 'reference') =>
    (await guideUser({ model, protocol }).reply(view(talked))).text;
  assert.deepEqual([await said('reference'), await said('default')], [' In the north. ', 'In the north.']);
});

test('the reference raises on a user that answers nothing, and on a coach after an agent that said nothing', async () => {
  for (const simulated of [goalUser, guideUser]) {
    const silent = saying(null);
    await assert.rejects(
      simulated({ model: silent, protocol: 'reference' }).reply(view(talked)),
      /without a text/,
    );
    assert.equal((await simulated({ model: silent, tries: 1 }).reply(view(talked))).fault, 'empty');
  }
  const afterNothing = view([...talked, { role: 'assistant', content: null }]);
  const model = saying('Suggested quote: Hm?');
  await assert.rejects(
    guideUser({ model, protocol: 'reference' }).reply(afterNothing),
    /null reply of the agent/,
  );
  assert.equal((await guideUser({ model }).reply(afterNothing)).text, 'Hm?');
});

test('a coach that suggests nothing is a fault, except in the reference', async () => {
  const model = saying('Just go on.');
  assert.equal((await guideUser({ model, tries: 1 }).reply(view(talked))).fault, 'empty');
  const reference = await guideUser({ model, protocol: 'reference' }).reply(view(talked));
  assert.equal(reference.text, 'Just go on.');
});

test('the scripted user repeats what the customer said, then hangs up', async () => {
  const user = scriptUser();
  let memory = user.begin(task, 0);
  const lines: (readonly [string, boolean])[] = [];
  for (let i = 0; i < 3; i++) {
    const reply = await user.reply({ ...view(), memory });
    memory = reply.memory;
    lines.push([reply.text, reply.done]);
  }
  assert.deepEqual(lines, [
    ['A hotel, please.', false],
    ['In the north.', false],
    ['END_CONVERSATION', true],
  ]);
});

test('users that need a recorded conversation refuse a task without one', () => {
  const { sourceDialogue: _, ...bare } = task;
  for (const user of [scriptUser(), guideUser({ model: saying('') })]) {
    assert.throws(
      () => user.begin(bare, 0),
      (thrown: unknown) => thrown instanceof JuxtaError && thrown.code === 'no-source-dialogue',
    );
  }
});
