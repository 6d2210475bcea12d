import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readValue } from '../values/read.ts';
import { readSplits, readTau2Tasks } from './tasks.ts';

const criteria = {
  actions: [
    { name: 'cancel_pending_order', arguments: { order_id: '#W1' }, compare_args: [] },
    { name: 'get_order_details', arguments: { order_id: '#W1' }, compare_args: null },
  ],
  communicate_info: ['10'],
  nl_assertions: ['The agent is kind.'],
  reward_basis: ['DB', 'NL_ASSERTION'],
};
const scenario = {
  persona: 'A pirate.',
  instructions: {
    task_instructions: 'Be short.',
    domain: 'retail',
    reason_for_call: 'A mug.',
    known_info: 'You are Ann.',
    unknown_info: null,
  },
};
const task = (changes: object = {}, checks: object = {}) => ({
  id: 'a',
  user_scenario: scenario,
  initial_state: null,
  evaluation_criteria: { ...criteria, ...checks },
  ...changes,
});

const read = (...tasks: readonly object[]) => {
  const given = { value: readValue(JSON.stringify(tasks), 'tasks.json'), where: 'tasks.json' };
  return readTau2Tasks(given, 'tau2', name => name.startsWith('cancel'));
};

test('a task keeps its actions, checks and instructions', () => {
  const found = read(task()).get('tau2/a')!;
  assert.equal(found.type, 'cancel_pending_order');
  assert.deepEqual(found.actions, [
    { name: 'cancel_pending_order', writes: true, arguments: '{"order_id": "#W1"}', compared: [] },
    { name: 'get_order_details', writes: false, arguments: '{"order_id": "#W1"}' },
  ]);
  assert.deepEqual(found.instructions.slice(0, -1), [
    'Who you are: A pirate.',
    'Why you get in touch: A mug.',
    'What you know: You are Ann.',
    'How to go about it: Be short.',
  ]);
  assert.match(found.instructions.at(-1)!, /###TRANSFER###.*###OUT-OF-SCOPE###/);
  assert.equal(found.outputsCount, false);
  assert.deepEqual(found.assertions, ['The agent is kind.']);
});

test('what a reward does not name is not asked for', () => {
  const found = read(task({}, { reward_basis: ['DB', 'COMMUNICATE'], actions: null })).get('tau2/a')!;
  assert.equal(found.outputsCount, true);
  assert.deepEqual(found.assertions, []);
  assert.deepEqual(found.actions, []);
  assert.equal(found.type, 'nothing to write');
});

test('a task can begin in a state of its own, and its instructions can be one text', () => {
  const initial_state = {
    initialization_data: { agent_data: { users: { u: { x: 1.0 } } }, user_data: null },
    initialization_actions: [{ env_type: 'assistant', func_name: 'cancel_pending_order', arguments: {} }],
    message_history: [],
  };
  const user_scenario = { persona: null, instructions: 'Just ask.' };
  const found = read(task({ initial_state, user_scenario })).get('tau2/a')!;
  assert.deepEqual(found.instructions.slice(0, -1), ['Just ask.']);
  assert.deepEqual(found.initial, {
    data: '{"users": {"u": {"x": 1}}}',
    actions: [{ name: 'cancel_pending_order', writes: true, arguments: '{}' }],
  });
  const empty = read(task({ initial_state: { initialization_data: null } })).get('tau2/a')!;
  assert.deepEqual(empty.initial, { actions: [] });
});

test('what cannot be judged or played is refused by name', () => {
  const refused: readonly (readonly [object, RegExp])[] = [
    [
      task({}, { reward_basis: ['DB', 'ACTION'] }),
      /task 0, reward_basis: rewards by ACTION are not supported/,
    ],
    [task({}, { reward_basis: ['COMMUNICATE'] }), /task 0, reward_basis: rewards by COMMUNICATE/],
    [task({ initial_state: { message_history: [{}] } }), /task 0, initial_state, message_history/],
    [task({ id: 5 }), /task 0, id: expected a text/],
    [task({ user_scenario: [] }), /task 0, user_scenario: expected an object/],
    [task({}, { communicate_info: 'x' }), /task 0, communicate_info: expected a list/],
  ];
  for (const [given, message] of refused)
    assert.throws(() => read(given), { name: 'BadInputError', message });
});

test('splits are lists of known tasks', () => {
  const tasks = read(task(), task({ id: 'b' }));
  const split = (text: string) =>
    readSplits({ value: readValue(text, 's'), where: 'splits.json' }, 'tau2', tasks);
  assert.deepEqual(
    split('{"test": ["b", "a"], "none": []}')
      .get('test')!
      .map(one => one.id),
    ['tau2/b', 'tau2/a'],
  );
  assert.throws(() => split('{"test": ["c"]}'), { message: /splits.json, test: there is no task "c"/ });
});
