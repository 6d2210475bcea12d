import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolCall } from '../../dialogue/message.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import { tauEnvironment } from './environment.ts';
import { rewardOf } from './reward.ts';
import type { TauTask } from './task.ts';
import type { TauTool } from './tools/tool.ts';
import { airlineWorld, retailWorld, taskOf } from './world.testing.ts';

const world = retailWorld();
const environment = tauEnvironment(world);
const call = (name: string, args: string) => toolCall('c', name, args);
const cancel = '{"order_id": "#W1", "reason": "no longer needed"}';

const played = async (task: TauTask, ...calls: readonly (readonly [string, string])[]) => {
  let state = environment.start(task);
  for (const [name, args] of calls) ({ state } = await environment.call(task, state, call(name, args)));
  return state;
};
const turnOf = (task: TauTask, ...calls: readonly CallRecord[]) => ({
  calls,
  state: environment.start(task),
  said: [],
});

test('a call says what the tool says and leaves the state before as it was', async () => {
  const task = taskOf([]);
  const before = environment.start(task);
  const { state, record, ends } = await environment.call(task, before, call('cancel_pending_order', cancel));
  assert.equal(record.name, 'cancel_pending_order');
  assert.deepEqual(record.arguments, { order_id: '#W1', reason: 'no longer needed' });
  assert.match(record.output, /"status": "cancelled"/);
  assert.equal(record.returned, record.output);
  assert.equal(ends, false);
  assert.equal(state.database.changes.get('orders')!.size, 1);
  assert.equal(before.database.changes.size, 0);
});

test('an unknown tool is an ordinary observation', async () => {
  const task = taskOf([]);
  const { record, ends } = await environment.call(task, environment.start(task), call('fly', '{}'));
  assert.equal(record.output, 'Unknown action fly');
  assert.equal(ends, false);
});

test('arguments that are no JSON object leave no trace', async () => {
  const task = taskOf([]);
  for (const args of ['', '{"a": 1', '[]', 'null', '"a"', '5']) {
    await assert.rejects(environment.call(task, environment.start(task), call('think', args)), {
      name: 'ToolCallError',
      message: /the arguments of think/,
    });
  }
});

test('a transfer ends the conversation even if it fails', async () => {
  const task = taskOf([]);
  const start = environment.start(task);
  const transferred = await environment.call(
    task,
    start,
    call('transfer_to_human_agents', '{"summary": "s"}'),
  );
  assert.equal(transferred.ends, true);
  const failed = await environment.call(task, start, call('transfer_to_human_agents', '{}'));
  assert.match(failed.record.output, /^Error: /);
  assert.equal(failed.ends, true);
});

test('a tool without an answer ends the conversation, which is then worth nothing', async () => {
  const airline = tauEnvironment(airlineWorld());
  const task = taskOf(
    Array.from({ length: 3 }, () => ['send_certificate', '{"user_id": "ann_1", "amount": 1}'] as const),
  );
  let state = airline.start(task);
  const send = call('send_certificate', '{"user_id": "ann_1", "amount": 1}');
  for (let i = 0; i < 3; i++) ({ state } = await airline.call(task, state, send));
  assert.equal(airline.outcome(task, state, []), 1);
  const fourth = await airline.call(task, state, send);
  assert.equal(fourth.ends, true);
  assert.match(fourth.record.output, /^Error: send_certificate gave no answer/);
  assert.equal(airline.outcome(task, fourth.state, []), 0);
});

test('the reward asks for the same database, whatever was read or failed', async () => {
  const task = taskOf([
    ['get_order_details', '{"order_id": "#W1"}'],
    ['cancel_pending_order', cancel],
    ['transfer_to_human_agents', '{"summary": "s"}'],
    ['no_such_tool', '{}'],
  ]);
  assert.equal(environment.outcome(task, environment.start(task), []), 0);
  assert.equal(environment.outcome(task, await played(task, ['cancel_pending_order', cancel]), []), 1);
  const other = '{"order_id": "#W1", "reason": "ordered by mistake"}';
  assert.equal(environment.outcome(task, await played(task, ['cancel_pending_order', other]), []), 0);
});

test('required outputs are looked for in any case and without the commas of what was said', () => {
  const task = taskOf([], { outputs: ['1234.5', 'Blue', 'Blue'] });
  const said = (...texts: readonly string[]) => environment.outcome(task, environment.start(task), texts);
  assert.equal(said('It is $1,234.50.', 'and it is BLUE'), 1);
  assert.equal(said('It is blue.'), 0);
  assert.equal(said(), 0);
  const reward = rewardOf(world, task, environment.start(task), ['blue']);
  assert.deepEqual(
    [...reward.outputs],
    [
      ['1234.5', false],
      ['Blue', true],
    ],
  );
  assert.equal(environment.outcome({ ...task, outputsCount: false }, environment.start(task), []), 1);
});

test('a task can begin in a state of its own', async () => {
  const task = taskOf([['cancel_pending_order', cancel]], {
    initial: {
      data: '{"users": {"ann_1": {"payment_methods": {"gift_card_1": {"balance": 1.5}}}}}',
      actions: [
        {
          name: 'modify_pending_order_payment',
          arguments: '{"order_id": "#W1", "payment_method_id": "paypal_1"}',
          writes: true,
        },
      ],
    },
  });
  const start = environment.start(task);
  const { record } = await environment.call(task, start, call('get_user_details', '{"user_id": "ann_1"}'));
  assert.match(record.output, /"balance": 24.0/);
  assert.equal(environment.outcome(task, start, []), 0);
  assert.equal(environment.outcome(task, await played(task, ['cancel_pending_order', cancel]), []), 1);
});

const recordOf = (name: string, args: object): CallRecord => ({
  name,
  arguments: args as CallRecord['arguments'],
  output: '',
  returned: '',
});

test('a goal is reached by a call that equals it; a repeated one needs as many calls', () => {
  const task = taskOf([
    ['get_order_details', '{"order_id": "#W1"}'],
    ['think', '{"thought": "x", "more": [1, {"a": 2}]}'],
    ['get_order_details', '{"order_id": "#W1"}'],
  ]);
  const goals = environment.goals(task);
  assert.deepEqual(
    goals.map(goal => goal.id),
    ['0:get_order_details', '1:think', '2:get_order_details'],
  );
  const ids = (...calls: readonly CallRecord[]) =>
    environment.reached(task, goals, turnOf(task, ...calls)).map(goal => goal.id);
  const order = recordOf('get_order_details', { order_id: '#W1' });
  assert.deepEqual(ids(order), ['0:get_order_details']);
  assert.deepEqual(ids(order, order, order), ['0:get_order_details', '2:get_order_details']);
  assert.deepEqual(ids(recordOf('think', { more: [1, { a: 2 }], thought: 'x' }), order), [
    '0:get_order_details',
    '1:think',
  ]);
  assert.deepEqual(ids(recordOf('think', { thought: 'x', more: [1] })), []);
  assert.deepEqual(ids(recordOf('think', { thought: 'x', more: [1, { b: 2 }] })), []);
  assert.deepEqual(ids(recordOf('get_order_details', {})), []);
  assert.deepEqual(ids(recordOf('get_order_details', { order_id: '#W1', toString: 1 })), []);
  assert.deepEqual(
    environment.reached(task, goals.slice(1), turnOf(task, order)).map(goal => goal.id),
    ['2:get_order_details'],
  );
});

test('a goal may ask for some of its arguments only', () => {
  const [action] = taskOf([['think', '{"thought": "x", "tone": "y"}']]).actions;
  const goalWith = (compared: readonly string[]) => taskOf([], { actions: [{ ...action!, compared }] });
  const reaches = (task: TauTask, args: object) =>
    environment.reached(task, environment.goals(task), turnOf(task, recordOf('think', args))).length === 1;
  assert.equal(reaches(goalWith([]), {}), true);
  assert.equal(reaches(goalWith(['tone']), { tone: 'y', thought: 'z' }), true);
  assert.equal(reaches(goalWith(['tone']), { thought: 'x' }), false);
});

test('notes tell what doing nothing wins, split by split', () => {
  const idle = taskOf([]);
  const busy = taskOf([['cancel_pending_order', cancel]]);
  const splits = new Map([
    ['test', [idle, busy]],
    ['none', []],
  ]);
  const { notes, tasks, splits: names } = tauEnvironment({ ...world, splits });
  assert.deepEqual(notes, [
    'doing nothing wins 1 of 2 test tasks (50.0 %)',
    'doing nothing wins 0 of 0 none tasks (0.0 %)',
    'a small world',
  ]);
  assert.deepEqual(names, ['test', 'none']);
  assert.deepEqual(tasks('test', { start: 1 }), [busy]);
  assert.deepEqual(tasks('test', { count: 1 }), [idle]);
  assert.throws(() => tasks('train'), {
    name: 'JuxtaError',
    message: 'Unknown task split: train',
    hint: /test, none/,
  });
});

test('a mistake of ours in a tool is no observation', async () => {
  const broken: TauTool = {
    name: 'break',
    parameters: [],
    mutating: false,
    terminating: false,
    run: () => {
      throw new TypeError('oops');
    },
  };
  const task = taskOf([]);
  const { call: run, start } = tauEnvironment({ ...world, tools: new Map([['break', broken]]) });
  await assert.rejects(run(task, start(task), call('break', '{}')), { name: 'TypeError', message: 'oops' });
});

test('outputs alone decide on a task that has some, where the rule says so', () => {
  const before = { ...world, rewardRule: 'outputs-first' } as const;
  const task = taskOf([['cancel_pending_order', cancel]], { outputs: ['12.5'] });
  const idle = environment.start(task);
  assert.equal(rewardOf(before, task, idle, ['It is $12.5.']).reward, 1);
  assert.equal(rewardOf(before, task, idle, ['Hm.']).reward, 0);
  assert.equal(rewardOf(world, task, idle, ['It is $12.5.']).reward, 0);
  assert.equal(rewardOf(before, taskOf([['cancel_pending_order', cancel]]), idle, []).reward, 0);
});

test('computing a reward leaves the ground truth behind, if the database was judged', () => {
  const task = taskOf([['cancel_pending_order', cancel]]);
  const idle = environment.start(task);
  assert.equal(rewardOf(world, task, environment.afterReward!(task, idle)!, []).reward, 1);
  const before = tauEnvironment({ ...world, rewardRule: 'outputs-first' });
  assert.deepEqual(before.afterReward!({ ...task, outputs: ['x'] }, idle), idle);
  assert.equal(environment.afterReward!(task, { ...idle, aborted: true }), null);
});

test('a goal is reached by arguments that are equal to Python', async () => {
  const task = taskOf([['think', '{"thought": [1, {"a": 100.0}, true]}']]);
  const goals = environment.goals(task);
  const reached = async (thought: string) => {
    const { record } = await environment.call(
      task,
      environment.start(task),
      call('think', `{"thought": ${thought}}`),
    );
    return environment.reached(task, goals, turnOf(task, record)).length;
  };
  assert.equal(await reached('[1.0, {"a": 100}, 1]'), 1);
  assert.equal(await reached('[1, {"a": "100"}, true]'), 0);
});
