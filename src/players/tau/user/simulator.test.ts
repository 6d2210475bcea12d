import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../dialogue/message.ts';
import type { Task } from '../../../environments/environment.ts';
import type { GenerateRequest, Model } from '../../../models/model.ts';
import type { User } from '../../../users/user.ts';
import type { SimulatorMemory } from './history.ts';
import { reactUser } from './react.ts';
import { llmUser } from './simulator.ts';
import { reflectionUser, verifyUser } from './supervised.ts';

const task: Task = { id: 't', type: 'x', instructions: ['You are Ann and want a mug.', 'Be short.'] };

/** A model that gives set answers, and notes what it was asked. */
const answering = (...answers: readonly (string | null)[]): { model: Model; asked: GenerateRequest[] } => {
  const asked: GenerateRequest[] = [];
  const model: Model = {
    id: 'test',
    generate: async request => {
      asked.push(request);
      const text = answers[asked.length - 1] ?? null;
      return [{ text, toolCalls: [], usage: { inputTokens: 1, outputTokens: 2 }, finishReason: 'stop' }];
    },
  };
  return { model, asked };
};

const opens = (
  user: User<SimulatorMemory>,
  messages: readonly Message[] = [],
  memory = user.begin(task, 1),
) => user.reply({ task, messages, memory, seed: 7 });

test('the customer gets its instruction and a greeting, and says what its model says', async () => {
  const { model, asked } = answering('Hello, a mug please.');
  const reply = await opens(llmUser({ model, maxTokens: 50, temperature: 0.5 }));
  assert.equal(reply.text, 'Hello, a mug please.');
  assert.equal(reply.done, false);
  assert.equal(reply.fault, undefined);
  assert.deepEqual(reply.usage, { inputTokens: 1, outputTokens: 2, cachedTokens: 0 });
  const [{ messages, tools, temperature, maxTokens }] = asked as [GenerateRequest];
  assert.deepEqual([tools, temperature, maxTokens], [[], 0.5, 50]);
  assert.match(messages[0]!.content!, /Instruction: You are Ann and want a mug\.\nBe short\.\n\nRules:/);
  assert.deepEqual(messages.slice(1), [{ role: 'user', content: 'Hi! How can I help you today?' }]);
});

test('from its own side the customer is the assistant, and hears all that the agent has said', async () => {
  const { model, asked } = answering('A mug.', '###STOP###');
  const user = llmUser({ model });
  const first = await opens(user);
  const said: readonly Message[] = [
    { role: 'user', content: 'A mug.' },
    { role: 'assistant', content: 'Which?' },
    { role: 'assistant', content: 'Are you there?' },
  ];
  const second = await opens(user, said, first.memory);
  assert.equal(second.done, true);
  assert.deepEqual(asked[1]!.messages.slice(2), [
    { role: 'assistant', content: 'A mug.' },
    { role: 'user', content: 'Which?\nAre you there?' },
  ]);
  assert.equal(first.memory.history.length, 2);
  assert.equal(second.memory.history.length, 4);
});

test('the customer hangs up with any of its stop words', async () => {
  for (const text of ['Bye. ###STOP###', '###TRANSFER###', '###OUT-OF-SCOPE###']) {
    const reply = await opens(llmUser({ model: answering(text).model }));
    assert.deepEqual([reply.text, reply.done], [text, true]);
  }
});

test('a customer without words is a fault of the simulator', async () => {
  for (const answer of ['  ', null]) {
    const reply = await opens(llmUser({ model: answering(answer).model }));
    assert.equal(reply.fault, 'the simulated user said nothing');
  }
});

test('a task without instructions cannot be played', () => {
  const user = llmUser({ model: answering().model });
  assert.throws(() => user.begin({ ...task, instructions: [] }, 1), {
    name: 'JuxtaError',
    code: 'no-instructions',
  });
});

test('the thought of a react user is not sent, but remembered', async () => {
  const { model, asked } = answering('Thought:\nStart.\n\nUser Response:\nA mug please.\n');
  const reply = await opens(reactUser({ model }));
  assert.equal(reply.text, 'A mug please.');
  assert.match(asked[0]!.messages[0]!.content!, /Thought:\n.*\n\nUser Response:/);
  assert.match(reply.memory.history.at(-1)!.content!, /^Thought:\nStart/);
});

test('a react user that stops says nothing else', async () => {
  const reply = await opens(
    reactUser({ model: answering('Thought:\nDone.\nUser Response:\nok ###STOP###').model }),
  );
  assert.deepEqual([reply.text, reply.done], ['###STOP###', true]);
});

test('a react user that breaks its form is a fault', async () => {
  const reply = await opens(reactUser({ model: answering('A mug please.').model }));
  assert.equal(reply.fault, 'the simulated user left out "User Response:"');
  assert.equal(reply.done, false);
});

test('a supervised reply is judged until it is accepted, three times at most', async () => {
  const once = answering('A mug.', 'True.');
  assert.equal((await opens(verifyUser({ model: once.model }))).text, 'A mug.');
  assert.match(
    once.asked[1]!.messages[0]!.content!,
    /Instruction: You are Ann.*\nBe short\.\nAgent: Hi!.*\n\nThe customer's next line would be:\nA mug\.\n/s,
  );
  const twice = answering('Order #W1.', 'false', 'A mug.', 'true');
  const second = await opens(verifyUser({ model: twice.model }));
  assert.equal(second.text, 'A mug.');
  assert.equal(second.usage.outputTokens, 8);
  assert.equal(second.memory.history.length, 2);
  const never = answering('a', 'false', 'b', 'false', 'c', 'false');
  const last = await opens(verifyUser({ model: never.model }));
  assert.equal(last.text, 'c');
  assert.equal(last.memory.history.at(-1)!.content, 'c');
  assert.equal(never.asked.length, 5);
});

test('a rejected reply is reflected on and tried once more', async () => {
  const advice = 'Reflection:\nToo much.\n\nResponse:\nA mug, please.';
  const better = answering('Order #W1.', 'false', advice, 'A mug.', 'true');
  assert.equal((await opens(reflectionUser({ model: better.model }))).text, 'A mug.');
  assert.deepEqual(better.asked[3]!.messages.at(-1), { role: 'user', content: 'A mug, please.' });
  const worse = answering('a', 'false', advice, 'b', 'false');
  const first = await opens(reflectionUser({ model: worse.model }));
  assert.equal(first.text, 'a');
  assert.equal(first.memory.history.length, 2);
  assert.equal((await opens(reflectionUser({ model: answering('a', 'true').model }))).text, 'a');
  const broken = await opens(reflectionUser({ model: answering('a', 'false', 'no idea').model }));
  assert.equal(broken.fault, 'the supervisor of the simulated user left out "Response:"');
});

test('where the environment knows one stop word only, the others end nothing', async () => {
  for (const [text, done] of [
    ['Bye ###STOP###', true],
    ['###TRANSFER###', false],
    ['###OUT-OF-SCOPE###', false],
  ] as const) {
    const reply = await opens(llmUser({ model: answering(text).model, stops: ['###STOP###'] }));
    assert.equal(reply.done, done, text);
  }
});

test('the model is asked at temperature 1, under the reference protocol at 0, or as set', async () => {
  for (const [options, temperature] of [
    [{}, 1],
    [{ protocol: 'reference' }, 0],
    [{ protocol: 'reference', temperature: 0.3 }, 0.3],
  ] as const) {
    const { model, asked } = answering('Hello.');
    await opens(llmUser({ model, ...options }));
    assert.equal(asked[0]!.temperature, temperature);
  }
});

test('the reference says an empty reply, hears empty words, and raises on a reply without a text', async () => {
  const { model, asked } = answering('', 'Pardon?', null);
  const user = llmUser({ model, protocol: 'reference' });
  const first = await opens(user);
  assert.deepEqual([first.text, first.fault], ['', undefined]);
  const said: readonly Message[] = [
    { role: 'user', content: '' },
    { role: 'assistant', content: 'I look.' },
    { role: 'assistant', content: '' },
  ];
  await opens(user, said, first.memory);
  assert.deepEqual(asked[1]!.messages.at(-1), { role: 'user', content: '' });
  await assert.rejects(opens(user), /without a text, on which the reference raises/);
});

test('the reference sends the thought of a react user, and raises when it cannot tell one', async () => {
  const reply = (text: string) => opens(reactUser({ model: answering(text).model, protocol: 'reference' }));
  assert.equal(
    (await reply('Thought:\nStart.\n\nUser Response:\nA mug.\n')).text,
    'Start.\n\nUser Response:\nA mug.',
  );
  assert.equal((await reply('User Response: A mug. ')).text, 'A mug.');
  assert.equal((await reply('Thought: done\nUser Response: ok ###STOP###')).text, '###STOP###');
  await assert.rejects(reply('A mug please.'), /on which the reference raises/);
  await assert.rejects(reply('Thought: one Thought: two'), /on which the reference raises/);
});

test("the reference's supervisor reads the speakers the wrong way round, judges the last attempt, and has it forgotten", async () => {
  const never = answering('a', 'false', 'b', 'false', 'c', 'false');
  const last = await opens(verifyUser({ model: never.model, protocol: 'reference' }));
  assert.equal(last.text, 'c');
  assert.equal(never.asked.length, 6);
  assert.deepEqual(
    last.memory.history.map(({ content }) => content),
    ['Hi! How can I help you today?'],
  );
  assert.match(never.asked[1]!.messages[0]!.content!, /System: You are a customer.*\nCustomer: Hi!/s);
});

test('the reference remembers both replies of a reflected turn', async () => {
  const advice = 'Reflection:\nToo much.\n\nResponse:\nA mug, please.';
  const worse = answering('a', 'false', advice, 'b', 'false');
  const first = await opens(reflectionUser({ model: worse.model, protocol: 'reference' }));
  assert.equal(first.text, 'a');
  assert.deepEqual(
    first.memory.history.slice(1).map(({ content }) => content),
    ['a', 'b'],
  );
});
