/** What an author need not say to TypeScript. That these definitions compile is most of the test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { defineEnvironment } from './define.ts';
import { called, judged, says, state } from './goals.ts';
import { tasksFrom } from './task.ts';

interface Order {
  readonly total: number;
  refunded?: string;
}
const shop: Record<string, Order> = { W1: { total: 24 } };

const loose = defineEnvironment({
  name: 'returns-desk',
  systemPrompt: 'You help.',
  tasks: tasksFrom('tasks.jsonl'),
  state: task => ({ orders: structuredClone(shop), ...task.state }),
  goals: task => [
    called('find_order', { order_id: task.order }),
    state(s => s.orders[task.order]?.refunded === 'damaged'),
    says(/30 days/),
    judged('The agent refused politely.'),
  ],
  tools: {
    find_order: {
      description: 'Finds an order by its number.',
      inputSchema: z.object({ order_id: z.string() }),
      readOnly: true,
      execute: ({ order_id }, { state, task }) =>
        state.orders[task.order] ?? state.orders[order_id] ?? 'There is no such order.',
    },
    raw: {
      description: 'Finds an order by its number.',
      inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
      execute: ({ id }, { state }) => state.orders[id] ?? 'There is no such order.',
    },
  },
});
const typed = defineEnvironment({
  name: 'typed',
  systemPrompt: 'You help.',
  tasks: tasksFrom('tasks.jsonl', z.object({ order: z.string() })),
  state: task => ({ orders: { ...shop, [task.order.toUpperCase()]: { total: 1 } } }),
  goals: task => [state(s => s.orders[task.order]?.total === 1)],
  tools: {
    x: {
      description: 'x',
      inputSchema: z.object({ n: z.number() }),
      execute: ({ n }, { task }) => task.order.length + n,
    },
  },
});
const inCode = defineEnvironment({
  name: 'in code',
  systemPrompt: 'You help.',
  tasks: [
    { id: 'a', instructions: 'x', order: 'W1', goals: [called('x')] },
    { id: 'b', instructions: ['x'], order: 'W2' },
  ],
  state: task => ({ orders: { ...shop, [task.order.toUpperCase()]: { total: 1 } } }),
  tools: {
    x: {
      description: 'x',
      inputSchema: z.object({ n: z.number() }),
      execute: ({ n }, { task }) => task.order.length + n,
    },
  },
});

test('tools and goals know the types of state, arguments and tasks without being told', () => {
  assert.deepEqual(
    [loose, typed, inCode].map(({ name }) => name),
    ['returns-desk', 'typed', 'in code'],
  );
});
