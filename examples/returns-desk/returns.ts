// returns.ts: the whole of a small environment
import { defineEnvironment, tasksFrom } from 'juxta';
import { z } from 'zod';

interface Order {
  readonly item: string;
  readonly total: number;
  readonly daysAgo: number;
  refunded?: string;
}

const shop: Record<string, Order> = {
  W1: { item: 'teapot', total: 24, daysAgo: 3 },
  W2: { item: 'kettle', total: 39, daysAgo: 40 },
  W3: { item: 'lamp', total: 55, daysAgo: 9 },
};

export default defineEnvironment({
  name: 'returns-desk',
  systemPrompt: 'You help customers of a shop with returns. Ask for the order number first.',
  tasks: tasksFrom('tasks.jsonl'),
  state: task => ({ orders: structuredClone(shop), ...task.state }),   // plain JSON data; frozen between calls
  tools: {
    find_order: {
      description: 'Finds an order by its number.',
      inputSchema: z.object({ order_id: z.string() }),
      readOnly: true,                                             // default: it may change the state
      execute: ({ order_id }, { state }) => state.orders[order_id] ?? 'There is no such order.',
    },
    refund: {
      description: 'Refunds an order to the card it was paid with.',
      inputSchema: z.object({ order_id: z.string(), reason: z.enum(['damaged', 'late', 'unwanted']) }),
      execute: ({ order_id, reason }, { state }) => {
        const order = state.orders[order_id];
        if (!order) throw new Error('There is no such order.');   // becomes what the model reads
        order.refunded = reason;                                    // `state` is a draft; a fork shares the rest
        return { refunded: order.total };
      },
    },
  },
});
