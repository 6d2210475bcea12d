import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BadInputError } from '../base/errors.ts';
import { noUsage } from '../dialogue/turn.ts';
import type { Tool } from '../environments/environment.ts';
import type { Model } from '../models/model.ts';
import { importTasks } from './import-tasks.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-import-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let number = 0;

const file = (...lines: readonly (object | string)[]): string => {
  const path = join(folder, `${number++}.jsonl`);
  writeFileSync(path, lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
};

const user = (content: string) => ({ role: 'user', content });
const calls = (id: string, name: string, input: object) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }],
});
const result = (tool_call_id: string, content: string) => ({ role: 'tool', tool_call_id, content });

const refund = {
  id: 'talk-7',
  messages: [
    user('My order W1 came broken. I am ann@shop.org, call me at +44 20 7946 0958.'),
    calls('a', 'find_order', { order_id: 'W1' }),
    result('a', '{"item":"teapot","total":2450,"card":"4111 1111 1111 1111"}'),
    calls('b', 'refund', { order_id: 'W9' }),
    result('b', 'Error: there is no such order.'),
    calls('c', 'refund', { order_id: 'W1', notify: 'Ann@shop.org' }),
    result('c', '{"refunded":2450}'),
    { role: 'assistant', content: 'Done.' },
    user('Thanks.'),
  ],
};

const tool = (name: string, mutating: boolean): Tool => ({ name, description: '', parameters: {}, mutating });
const tools = [tool('find_order', false), tool('refund', true)];

const writer = (...texts: readonly string[]): Model & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    id: 'writer',
    asked,
    generate: async ({ messages }) => {
      asked.push(String(messages[0]?.content));
      return [{ text: texts[asked.length - 1] ?? '', toolCalls: [], usage: noUsage, finishReason: 'stop' }];
    },
  };
};

test('calls that were made and not refused become goals, the user’s lines the script', async () => {
  const all = await importTasks(file(refund), { goals: 'all', redact: false });
  assert.deepEqual(
    all.tasks.map(({ id, script, goals }) => ({ id, script: script.length, goals: goals.map(g => g.call) })),
    [{ id: 'talk-7', script: 2, goals: ['find_order', 'refund'] }],
  );
  assert.match(all.leftOut[0]!.reason, /a call to refund that was refused/);
  const writes = await importTasks(file(refund), { goals: 'mutating', tools, redact: false });
  assert.deepEqual(
    writes.tasks[0]?.goals.map(goal => goal.call),
    ['refund'],
  );
  await assert.rejects(importTasks(file(refund), { goals: 'mutating', redact: false }), /environment alone/);
});

test('what nothing is made of is told with its reason', async () => {
  const cut = { messages: [user('Hello'), calls('x', 'fly', {})] };
  const { leftOut, tasks } = await importTasks(file(refund, cut), { goals: 'all', tools, redact: false });
  assert.equal(tasks.length, 1);
  const reasons = leftOut.filter(({ where }) => where.endsWith('line 2')).map(({ reason }) => reason);
  assert.deepEqual(reasons, [
    'a call to fly, which the environment does not have',
    'no call in it can be a goal',
  ]);
});

test('what is no conversation is told with file, line and field', async () => {
  for (const [line, field] of [
    [
      { messages: [user('x'), result('a', 'y')] },
      /line 2, field messages\[1\]\.tool_call_id: no call before it/,
    ],
    [{ messages: [user('x'), calls('a', 't', {}), result('a', '1'), result('a', '2')] }, /messages\[3\]/],
    [{ messages: [{ role: 'wizard' }] }, /line 2, field messages\[0\]\.role/],
    [{ messages: [] }, /line 2, field messages/],
    ['{ no json', /line 2: is not JSON/],
    [{ ...refund }, /line 2, field id: "talk-7" is the id of .*line 1, too/],
  ] as const)
    await assert.rejects(
      importTasks(file(refund, line), { goals: 'all', redact: false }),
      (thrown: unknown) => thrown instanceof BadInputError && field.test(thrown.message),
    );
});

test('personal data get stand-ins that stay the same, in words and calls', async () => {
  const { tasks, replaced } = await importTasks(file(refund), { goals: 'all', redact: true });
  assert.deepEqual(replaced, { emails: 1, phones: 1, cards: 1 });
  const [task] = tasks;
  assert.match(task!.script[0]!, /I am person1@example\.com, call me at \+1 555 0101\./);
  assert.deepEqual(task!.goals[1]?.arguments, { order_id: 'W1', notify: 'person1@example.com' });
  const plain = {
    messages: [user('Order 20260301 of 2026-03-01, 12 cups.'), ...refund.messages.slice(1, 3)],
  };
  const kept = await importTasks(file(plain), { goals: 'all', redact: true });
  assert.equal(kept.tasks[0]?.script[0], 'Order 20260301 of 2026-03-01, 12 cups.');
});

test('a model writes the instructions; what the agent only found out is not given away', async () => {
  const good = 'Your order W1 came broken. You want your money back.';
  const model = writer('You want the 2450 for your teapot back.', good);
  const { tasks } = await importTasks(file(refund), { goals: 'all', model, redact: false });
  assert.equal(tasks[0]?.instructions, good);
  assert.match(model.asked[1]!, /must not be told: teapot, 2450/);
  const chatty = writer('A teapot.', 'The teapot!', 'Teapot?');
  await assert.rejects(
    importTasks(file(refund), { goals: 'all', model: chatty, redact: false }),
    /no task could be made of it/,
  );
});
