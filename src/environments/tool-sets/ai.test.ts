/** Tools as the AI SDK itself makes them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonSchema, tool } from 'ai';
import { z } from 'zod';
import { toolCall } from '../../dialogue/message.ts';
import { called } from '../define/goals.ts';
import { environmentConformance } from '../environment.conformance.ts';
import type { Environment } from '../environment.ts';
import { sessionEnvironment } from '../sessions/environment.ts';
import { type AiToolsOptions, aiTools } from './ai.ts';

/** A cart, closed over by its tools. */
const makeTools = () => {
  const cart: string[] = [];
  return {
    put: tool({
      contextSchema: z.object({ shop: z.string() }),
      description: ({ context }) => `Puts an item into the cart of ${context.shop}.`,
      inputSchema: z.object({ item: z.string() }),
      execute: async function* ({ item }: { item: string }) {
        yield { progress: 'looking' };
        if (item === 'ghost') throw new Error('There is no such item.');
        cart.push(item);
        yield { items: [...cart] };
      },
    }),
    look: tool({
      description: 'Looks into the cart.',
      inputSchema: jsonSchema<object>({ type: 'object', properties: {} }),
      execute: () => ({ items: [...cart] }),
      toModelOutput: ({ output }) => ({ type: 'text', value: `In the cart: ${output.items.join(', ')}` }),
    }),
  };
};

const options: AiToolsOptions = { readOnly: ['look'], context: { shop: 'Tea & Co' } };

const open = (tools = aiTools(makeTools, options)): Promise<Environment> =>
  sessionEnvironment({
    name: 'cart',
    systemPrompt: 'You shop.',
    tasks: [
      {
        id: 'a',
        split: 'train',
        instructions: 'x',
        goals: [called('put', { item: 'tea' }), called('put', { item: 'milk' })],
      },
    ],
    ...tools,
  }).open({});

const call = (name: string, input: object = {}) => toolCall('c', name, JSON.stringify(input));

describe('a set of AI SDK tools', () => {
  environmentConformance('a cart', { open });

  it('is made anew for each session, so that forks do not meet in a cart', async () => {
    const environment = await open();
    const [task] = environment.tasks('train');
    const put = async (from: unknown, item: string) => {
      const { state, record } = await environment.call(task!, from, call('put', { item }));
      return { state, output: record.output };
    };
    const fork = await put(environment.start(task!), 'tea');
    assert.equal((await put(fork.state, 'milk')).output, '{"items":["tea","milk"]}');
    const other = await put(fork.state, 'lemon');
    assert.equal(other.output, '{"items":["tea","lemon"]}');
    const looked = await environment.call(task!, other.state, call('look'));
    assert.equal(looked.record.output, 'In the cart: tea, lemon');
    const refused = await put(other.state, 'ghost');
    assert.equal(refused.output, 'There is no such item.');
    assert.equal(environment.counts!()['calls replayed'], 1);
    await environment.dispose?.();
  });

  it('is described to models by its own words and schemas', async () => {
    const { tools } = await open();
    assert.deepEqual(
      tools.map(({ name, description, mutating }) => [name, description, mutating]),
      [
        ['put', 'Puts an item into the cart of Tea & Co.', true],
        ['look', 'Looks into the cart.', false],
      ],
    );
    assert.deepEqual(tools[0]!.parameters.required, ['item']);
  });

  it('is taken as it is only where none of its tools writes', async () => {
    assert.throws(() => aiTools(makeTools(), options), {
      code: 'bad-environment',
      message: /shared by forks, but put may write/,
    });
    const shared = aiTools(makeTools(), { readOnly: true, context: options.context });
    assert.equal(shared.shared, true);
    await (await open(shared)).dispose?.();
  });

  it('frees what each set holds', async () => {
    let [made, closed] = [0, 0];
    const counted = aiTools(
      () => {
        made++;
        return makeTools();
      },
      { ...options, close: () => closed++ },
    );
    const environment = await open(counted);
    const [task] = environment.tasks('train');
    await environment.call(task!, environment.start(task!), call('look'));
    await environment.dispose?.();
    assert.deepEqual([made, closed], [2, 2]);
  });

  it('is told of a tool that somebody else executes', async () => {
    const client = tool({ description: 'Asks.', inputSchema: z.object({}) });
    await assert.rejects(open(aiTools(() => ({ client }))), {
      code: 'bad-tool',
      message: /the tool client has no execute/,
    });
  });
});
