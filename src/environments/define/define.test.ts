import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { BadInputError, JuxtaError } from '../../base/errors.ts';
import { toolCall } from '../../dialogue/message.ts';
import { environmentConformance } from '../environment.conformance.ts';
import type { Environment } from '../environment.ts';
import { EnvironmentFault } from '../environment.ts';
import { defineEnvironment } from './define.ts';
import { called, judged, type OwnGoal, says, state } from './goals.ts';
import { type TaskInput, tasksFrom } from './task.ts';

interface Shop {
  readonly orders: Record<string, { readonly total: number; refunded?: string }>;
}
const shop: Shop = { orders: { W1: { total: 24 }, W2: { total: 39 } } };

const tools = {
  find_order: {
    description: 'Finds an order.',
    inputSchema: z.object({ order_id: z.string() }),
    readOnly: true,
    execute: ({ order_id }: { order_id: string }, { state }: { state: Shop }) =>
      state.orders[order_id] ?? 'There is no such order.',
  },
  refund: {
    description: 'Refunds an order.',
    inputSchema: z.object({ order_id: z.string(), reason: z.enum(['damaged', 'late']) }),
    execute: async (
      { order_id, reason }: { order_id: string; reason: string },
      { state }: { state: Shop },
    ) => {
      const order = state.orders[order_id];
      if (order) order.refunded = reason;
      await wait(1);
      if (!order) throw new Error('There is no such order.');
      return { refunded: order.total };
    },
  },
};

const goals: readonly OwnGoal[] = [
  called('find_order', { order_id: 'W1' }),
  state<Shop>(({ orders }) => orders.W1?.refunded === 'damaged'),
  says(/\bsorry\b/i),
];

const open = async (
  own: Partial<Parameters<typeof defineEnvironment>[0]> & { tasks?: readonly TaskInput[] } = {},
) => {
  const definition = defineEnvironment<Shop, Record<string, never>, unknown>({
    name: 'shop',
    systemPrompt: 'You help.',
    tasks: [{ id: 'a', instructions: 'You want your money back.', split: 'train', goals }],
    state: () => shop,
    tools: tools as never,
    ...(own as object),
  });
  const environment = (await definition.open({})) as Environment;
  const [task] = environment.tasks('train');
  return { environment, task: task! };
};

const call = (name: string, input: object) => toolCall('c1', name, JSON.stringify(input));

describe('an environment of one’s own', () => {
  environmentConformance('one of one’s own', { open: async () => (await open()).environment });

  it('leaves the author’s own objects as they are, however often it is played', async () => {
    const { environment, task } = await open();
    const { state: next } = await environment.call(
      task,
      environment.start(task),
      call('refund', { order_id: 'W1', reason: 'late' }),
    );
    assert.equal(shop.orders.W1!.refunded, undefined);
    assert.equal(Object.isFrozen(shop), false);
    assert.match(JSON.stringify(next), /"refunded":"late"/);
  });

  it('shares with a fork what the call did not touch', async () => {
    const { environment, task } = await open();
    const before = environment.start(task) as { data: Shop };
    const { state: next } = await environment.call(
      task,
      before,
      call('refund', { order_id: 'W1', reason: 'late' }),
    );
    const data = (next as { data: Shop }).data;
    assert.equal(data.orders.W2, before.data.orders.W2);
    assert.notEqual(data.orders.W1, before.data.orders.W1);
  });

  it('answers wrong arguments with what is wrong, and counts such a call for no goal', async () => {
    const { environment, task } = await open();
    const wrong = call('refund', { order_id: 'W1', reason: 'ugly' });
    const { state: next, record } = await environment.call(task, environment.start(task), wrong);
    assert.match(record.output, /arguments of refund are wrong: reason: .*damaged/);
    const turn = { calls: [record], state: next, said: [] };
    assert.deepEqual(environment.reached(task, environment.goals(task), turn), []);
  });

  it('takes an error that a tool throws as its answer, and undoes what the tool had written', async () => {
    const { environment, task } = await open();
    const start = environment.start(task) as { data: Shop };
    const { state: next, record } = await environment.call(
      task,
      start,
      call('refund', { order_id: 'W9', reason: 'late' }),
    );
    assert.equal(record.output, 'There is no such order.');
    assert.equal((next as { data: Shop }).data, start.data);
  });

  it('answers a call of a tool that it does not have with the tools that it has', async () => {
    const { environment, task } = await open();
    const { record } = await environment.call(task, environment.start(task), call('fly', {}));
    assert.equal(record.output, 'There is no tool fly. The tools are: find_order, refund.');
  });

  it('rewards the share of the goals that calls, state and words reached', async () => {
    const { environment, task } = await open();
    let at = environment.start(task);
    assert.equal(environment.outcome(task, at, []), 0);
    for (const one of [
      call('find_order', { order_id: 'W1' }),
      call('refund', { order_id: 'W1', reason: 'damaged' }),
    ])
      ({ state: at } = await environment.call(task, at, one));
    assert.equal(environment.outcome(task, at, []), 2 / 3);
    assert.equal(environment.outcome(task, at, ['I am Sorry.']), 1);
  });

  it('gives goals of one kind ids of their own', async () => {
    const { environment, task } = await open({
      tasks: [
        {
          id: 'a',
          instructions: 'x',
          split: 'train',
          goals: [called('find_order'), called('find_order', { order_id: 'W2' })],
        },
      ],
    });
    assert.deepEqual(
      environment.goals(task).map(goal => goal.id),
      ['call find_order', 'call find_order 2'],
    );
  });

  it('keeps goals of the end and of a judge out of the search', async () => {
    const end = called('find_order', { order_id: 'W1', more: 1 }, { match: 'exact', at: 'end' });
    const { environment, task } = await open({
      tasks: [
        { id: 'a', instructions: 'x', split: 'train', goals: [says('yes'), end, judged('It was polite.')] },
      ],
    });
    assert.deepEqual(
      environment.goals(task).map(goal => goal.id),
      ['says yes'],
    );
    assert.deepEqual(environment.criteria!(task), ['It was polite.']);
    assert.equal(environment.judgesFinalState, true);
    assert.equal(environment.outcome(task, environment.start(task), ['Yes.']), 0.5);
  });

  it('draws the same whenever the same calls are made', async () => {
    const dice = {
      description: 'Throws dice.',
      inputSchema: { type: 'object', properties: {} },
      execute: (_: object, { random }: { random: { below(n: number): number } }) => random.below(1e9),
    };
    const { environment, task } = await open({ tools: { ...tools, dice } as never });
    const throwTwice = async (): Promise<readonly string[]> => {
      const first = await environment.call(task, environment.start(task), call('dice', {}));
      const second = await environment.call(task, first.state, call('dice', {}));
      return [first.record.output, second.record.output];
    };
    const [a, b] = await throwTwice();
    assert.notEqual(a, b);
    assert.deepEqual(await throwTwice(), [a, b]);
  });

  it('checks arguments by JSON Schema, too, and fills in its defaults', async () => {
    const echo = {
      description: 'Says it back.',
      inputSchema: {
        type: 'object',
        properties: { n: { type: 'integer' }, unit: { default: 'cm' } },
        required: ['n'],
      },
      execute: (input: object) => input,
    };
    const { environment, task } = await open({ tools: { ...tools, echo } as never });
    const at = environment.start(task);
    assert.equal(
      (await environment.call(task, at, call('echo', { n: 3 }))).record.output,
      '{"n":3,"unit":"cm"}',
    );
    assert.match(
      (await environment.call(task, at, call('echo', { n: 'x' }))).record.output,
      /n: must be integer/,
    );
  });

  const faulty = (execute: unknown, more: object = {}) =>
    open({
      tools: { ...tools, odd: { description: 'x', inputSchema: z.object({}), execute, ...more } } as never,
    });

  for (const [title, execute, more, message] of [
    [
      'that says so',
      () => {
        throw new EnvironmentFault('no line');
      },
      {},
      /no line/,
    ],
    ['that returns what is not JSON', () => ({ at: new Date() }), {}, /what odd returned\.at is a Date/],
    [
      'that leaves behind a state that is not JSON',
      (_: object, { state }: { state: { f?: unknown } }) => {
        state.f = () => 1;
      },
      {},
      /state\.f is a function/,
    ],
    [
      'that is readOnly and writes',
      (_: object, { state }: { state: { n?: number } }) => {
        state.n = 1;
      },
      { readOnly: true },
      /readOnly, but changed/,
    ],
    ['that hangs', () => new Promise(() => undefined), {}, /took too long/],
  ] as const)
    it(`takes a tool ${title} for its own fault`, async () => {
      const { environment, task } = await (title === 'that hangs'
        ? open({
            timeoutSeconds: 0.05,
            tools: { ...tools, odd: { description: 'x', inputSchema: z.object({}), execute } } as never,
          })
        : faulty(execute, more));
      const thrown = await environment.call(task, environment.start(task), call('odd', {})).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(thrown instanceof EnvironmentFault);
      assert.match(thrown.message, message);
    });

  it('is told of a state that is not JSON where it is', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    await assert.rejects(
      open({ state: () => ({ orders: { W1: cyclic } }) as never }),
      /shop, task a: state\.orders\.W1\.self contains itself/,
    );
    const later = await open({
      tasks: ['a', 'b'].map(id => ({ id, instructions: 'x', split: 'train', goals })),
      state: (({ id }: { id: string }) => (id === 'b' ? { at: new Date() } : shop)) as never,
    });
    const [, second] = later.environment.tasks('train');
    assert.throws(() => later.environment.start(second!), /shop, task b: state\.at is a Date/);
  });
});

describe('what is wrong with a definition', () => {
  for (const [title, tool, message] of [
    ['no schema', { description: 'x', execute: () => 1 }, /the tool odd has no inputSchema/],
    ['no description', { inputSchema: z.object({}), execute: () => 1 }, /the tool odd has no description/],
    ['nothing to execute', { description: 'x', inputSchema: z.object({}) }, /the tool odd has no execute/],
    [
      'a schema of no object',
      { description: 'x', inputSchema: z.string(), execute: () => 1 },
      /describes no object/,
    ],
    [
      'a schema that JSON cannot say',
      { description: 'x', inputSchema: z.object({ d: z.date() }), execute: () => 1 },
      /cannot be written as JSON Schema/,
    ],
  ] as const)
    it(`is told of a tool with ${title}`, async () => {
      await assert.rejects(open({ tools: { odd: tool } as never }), (thrown: unknown) => {
        assert.ok(thrown instanceof JuxtaError && thrown.code === 'bad-tool');
        assert.match(thrown.message, message);
        return true;
      });
    });

  it('is told of a name that providers refuse', async () => {
    await assert.rejects(
      open({ tools: { 'find order': tools.find_order } as never }),
      /find order has a name that providers refuse/,
    );
  });
});

describe('a file of tasks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-tasks-'));
  after(() => rmSync(folder, { recursive: true }));

  const opened = async (file: string, content: string): Promise<Environment> => {
    writeFileSync(join(folder, file), content);
    const definition = defineEnvironment({
      name: 'shop',
      systemPrompt: 'x',
      tasks: tasksFrom(file),
      state: () => shop,
      tools: tools as never,
    });
    return (await definition.beside!(folder).open({})) as Environment;
  };
  const good = { id: 't1', split: 'train', instructions: 'x', goals: [{ call: 'find_order' }] };

  for (const [file, content] of [
    ['good.jsonl', `\uFEFF${JSON.stringify(good)}\n\n`],
    ['good.json', JSON.stringify([good])],
    ['good.yaml', '- id: t1\n  split: train\n  instructions: x\n  goals:\n    - call: find_order\n'],
  ] as const)
    it(`is read as ${file.split('.')[1]}`, async () => {
      const [task] = (await opened(file, content)).tasks('train');
      assert.deepEqual([task!.id, task!.instructions, task!.type], ['t1', ['x'], 'find_order']);
    });

  const lines = (...rows: readonly unknown[]): string => rows.map(row => JSON.stringify(row)).join('\n');

  for (const [title, file, content, where, message] of [
    [
      'a line that is not JSON',
      'a.jsonl',
      `${JSON.stringify(good)}\n{oops`,
      'a.jsonl, line 2',
      /is not JSON/,
    ],
    [
      'the same id twice',
      'a.jsonl',
      lines(good, good),
      'a.jsonl, line 2, field id',
      /is the id of .*line 1, too/,
    ],
    [
      'an unknown kind of goal',
      'a.jsonl',
      lines({ ...good, goals: [{ hears: 'x' }] }),
      'a.jsonl, line 1, field goals[0]',
      /a goal is \{ call/,
    ],
    ['no instructions', 'a.jsonl', lines({ id: 'a' }), 'a.jsonl, line 1, field instructions', /./],
    [
      'a split that is none',
      'a.json',
      JSON.stringify([{ ...good, split: 'dev' }]),
      'a.json, task 1, field split',
      /./,
    ],
    ['YAML that is broken', 'a.yaml', '- id: a\n  x: [1\n', 'a.yaml, line', /./],
    [
      'a field of a task in YAML',
      'b.yaml',
      '- id: a\n  instructions: x\n- instructions: y\n',
      'b.yaml, line 3, field id',
      /./,
    ],
    [
      'a tool that does not exist',
      'a.jsonl',
      lines({ ...good, goals: [{ call: 'fly' }] }),
      'a.jsonl, line 1, task t1, field goals[0]',
      /there is no tool fly/,
    ],
    [
      'a path into nothing',
      'a.jsonl',
      lines({ ...good, goals: [{ state: 'orders.W7.refunded', equals: 1 }] }),
      'a.jsonl, line 1, task t1, field goals[0]',
      /the state has no orders\.W7/,
    ],
    [
      'no goal',
      'a.jsonl',
      lines({ ...good, goals: [] }),
      'a.jsonl, line 1, task t1, field goals',
      /none can be reached/,
    ],
  ] as const)
    it(`is told of ${title}, with its place`, async () => {
      await assert.rejects(opened(file, content), (thrown: unknown) => {
        assert.ok(thrown instanceof BadInputError, String(thrown));
        assert.ok(thrown.where.includes(where), thrown.where);
        assert.match(thrown.message, message);
        return true;
      });
    });

  it('puts tasks without a split where the hash of their ids says, about 70, 15 and 15 in a hundred', async () => {
    const tasks = Array.from({ length: 1000 }, (_, i) => ({
      id: `n${i}`,
      instructions: 'x',
      goals: [{ call: 'find_order' }],
    }));
    const environment = await opened('many.jsonl', lines(...tasks));
    const counts = environment.splits.map(split => environment.tasks(split).length);
    assert.equal(
      counts.reduce((a, b) => a + b),
      1000,
    );
    for (const [i, share] of [700, 150, 150].entries())
      assert.ok(Math.abs(counts[i]! - share) < 50, String(counts));
    const fewer = await opened('fewer.jsonl', lines(...tasks.slice(0, 10)));
    const splitOf = (one: Environment, id: string) =>
      one.splits.find(split => one.tasks(split).some(task => task.id === id));
    for (const { id } of tasks.slice(0, 10)) assert.equal(splitOf(fewer, id), splitOf(environment, id));
  });
});
