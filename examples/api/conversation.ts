// One conversation and one tree over an environment of one's own, with a model that is a plain object.
import { called, converse, createCast, defaultSearch, defineEnvironment, harvestTree, type Model, searchTree, toolCall } from 'juxta';
import { z } from 'zod';

const desk = defineEnvironment({
  name: 'desk',
  systemPrompt: 'You look up orders.',
  tasks: [
    {
      id: 't1',
      split: 'test',
      order: 'W1',
      instructions: 'You want to know what became of W1.',
      script: ['What became of W1?', 'Are you sure?', 'Thanks, bye.'],
    },
  ],
  state: () => ({ orders: { W1: 'sent' } as Record<string, string> }),
  goals: task => [called('find_order', { order_id: task.order })],
  tools: {
    find_order: {
      description: 'Finds an order by its number.',
      inputSchema: z.object({ order_id: z.string() }),
      readOnly: true,
      execute: ({ order_id }, { state }) => state.orders[order_id] ?? 'There is no such order.',
    },
  },
});

/** Looks into the wrong order half of the time. */
const model: Model = {
  id: 'coin',
  generate: async ({ messages, seed, n = 1 }) =>
    Array.from({ length: n }, (_, i) => {
      const usage = { inputTokens: 1, outputTokens: 1 };
      if (messages.at(-1)?.role === 'tool')
        return { text: 'It was sent.', toolCalls: [], usage, finishReason: 'stop' as const };
      const order = (seed + i) % 2 === 0 ? 'W1' : 'W9';
      const call = toolCall(`c${seed}`, 'find_order', JSON.stringify({ order_id: order }));
      return { text: null, toolCalls: [call], usage, finishReason: 'tool-calls' as const };
    }),
};

const cast = await createCast({ environment: desk, model });
const [task] = cast.environment.tasks('test');
if (!task) throw new Error('there is no task');
const { reward, cause } = await converse(cast, task, 1, { maxMessages: 15, maxTries: 3 });
console.log(`conversation: reward ${reward}, ended by ${cause}`);

const tree = await searchTree(cast, task, 1, { ...defaultSearch, beam: 4 });
const examples = harvestTree(tree, cast.environment.tools);
console.log(`tree: reward ${tree.reward}, ${tree.nodes.length} nodes, ${examples.filter(({ kind }) => kind === 'dpo').length} DPO examples`);
await cast.environment.dispose?.();
