import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { functionCalling, singleRequests } from '../../../agents/function-calling.ts';
import { tauEnvironment } from '../../../environments/tau-bench/environment.ts';
import { openTau } from '../../../environments/tau-bench/open.ts';
import { farewell, scriptOf } from '../../../environments/tau-bench/script.ts';
import { openTau2 } from '../../../environments/tau-bench/tau2/open.ts';
import { retailWorld, taskOf } from '../../../environments/tau-bench/world.testing.ts';
import { talk } from '../../talk.testing.ts';
import { scriptUser } from '../user/script.ts';
import { groundTruthAgent } from './ground-truth.ts';
import { groundTruthModel, groundTruthPolicy } from './model.testing.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const data = join(shared, 'tau-bench');
const data2 = join(shared, 'tau2-bench');
const skip = existsSync(data) && existsSync(data2) ? false : `there is no ${data} or ${data2}`;

const world = tauEnvironment({ ...retailWorld() });
const task = taskOf(
  [
    ['get_order_details', '{"order_id": "#W1"}'],
    ['cancel_pending_order', '{"order_id": "#W1", "reason": "no longer needed"}'],
    [
      'modify_user_address',
      '{"user_id": "ann_1", "address1": "1", "address2": "", "city": "c", "state": "s", "country": "y", "zip": "z"}',
    ],
    ['calculate', '{"expression": "2 + 2"}'],
  ],
  { outputs: ['4.0'] },
);

test('the script asks for one call a line, and for the outputs at the end', () => {
  const lines = scriptOf(task);
  assert.deepEqual(
    lines.map(line => line.actions.length),
    [1, 1, 1, 1],
  );
  assert.equal(lines[0]!.text, '[world/0, 1] Please get order details (order id #W1).');
  assert.equal(
    lines[1]!.text,
    '[world/0, 2] Please cancel pending order (order id #W1, reason no longer needed).',
  );
  assert.match(lines[3]!.text, /And tell me what you found out\.$/);
  assert.deepEqual(
    lines.map(line => line.outputs),
    [[], [], [], ['4.0']],
  );
  assert.deepEqual(
    scriptOf(taskOf([])).map(line => line.text),
    ['[world/0, 1] Hello.'],
  );
});

test('a script is short enough for thirty steps', () => {
  const action = ['think', '{"thought": [], "more": [1, {"a_b": null}]}'] as const;
  const lines = scriptOf(taskOf(Array.from({ length: 20 }, () => action)));
  assert.equal(lines.length, 10);
  assert.match(
    lines[9]!.text,
    /Please think \(thought none, more 1 and a b null\); then think \(thought none, more 1 and a b null\)\.$/,
  );
});

test('the ground truth played to its script earns the reward', async () => {
  const { reward, visible, over } = await talk(world, task, groundTruthAgent(), scriptUser());
  assert.equal(reward, 1);
  assert.equal(over, true);
  assert.equal(visible.at(-1)!.content, farewell);
  assert.match(visible.at(-2)!.content!, /4\.0/);
});

test('move by move, and through a model, the conversation is the same', async () => {
  const whole = await talk(world, task, groundTruthAgent(), scriptUser());
  const single = await talk(world, task, groundTruthAgent({ pace: 'requests' }), scriptUser());
  const model = groundTruthModel({ tasks: [task] });
  const modelled = await talk(world, task, functionCalling(singleRequests), scriptUser(), { model });
  assert.deepEqual(single.visible, whole.visible);
  assert.deepEqual(modelled.visible, whole.visible);
  assert.equal(modelled.internal.length, whole.internal.length);
});

test('the more often it errs, the less it earns', async () => {
  const rewards = async (errorRate: number): Promise<number> => {
    let sum = 0;
    for (let seed = 0; seed < 60; seed++) {
      sum += (await talk(world, task, groundTruthAgent({ errorRate }), scriptUser(), { seed })).reward;
    }
    return sum / 60;
  };
  const [some, many] = [await rewards(0.1), await rewards(0.5)];
  assert.ok(some < 1 && some > many && many < 0.3, `${some} ${many}`);
  assert.equal(await rewards(1), 0);
});

test('the policy speaks the form of the request, and at temperature 0 its seed does not matter', () => {
  const policy = groundTruthPolicy({ tasks: [task], errorRate: 0.5 });
  const [line] = scriptOf(task);
  const messages = [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: line!.text },
  ] as const;
  const request = { model: 'm', messages, toolNames: [], temperature: 0 };
  const replies = Array.from({ length: 20 }, (_, seed) => policy(request, seed));
  assert.deepEqual(new Set(replies.map(reply => JSON.stringify(reply))).size, 1);
  const sampled = Array.from({ length: 60 }, (_, seed) => policy({ ...request, temperature: 1 }, seed).text);
  assert.deepEqual([...new Set(sampled)].toSorted(), [
    'Action:\n{"name": "get_order_details", "arguments": {"order_id": "#W1"}}',
    'Action:\n{"name": "get_order_details", "arguments": {"order_id": "#W1x"}}',
    'Action:\n{"name":"respond","arguments":{"content":"I am sorry, I cannot do that."}}',
  ]);
  const after = { ...request, messages: [...messages, { role: 'user', content: 'API output: {}' }] as const };
  const perfect = groundTruthPolicy({ tasks: [task] });
  assert.match(perfect(after, 1).text!, /That is done/);
  const strangers = { ...request, messages: [{ role: 'user', content: 'Hello?' }] as const };
  assert.match(perfect(strangers, 1).text!, /That is done/);
});

test('equal requests with equal seeds get equal completions', async () => {
  const model = groundTruthModel({ tasks: [task], errorRate: 0.5 });
  const messages = [{ role: 'user', content: scriptOf(task)[0]!.text }] as const;
  const request = { messages, tools: world.tools, temperature: 1, maxTokens: 9, seed: 5 };
  const two = await model.generate({ ...request, n: 2 });
  assert.deepEqual(await model.generate(request), two.slice(0, 1));
});

test('only tasks with a ground truth can be scripted', () => {
  assert.throws(() => scriptUser().begin({ id: 't', type: '', instructions: [] }, 1), { code: 'no-script' });
});

for (const [name, open, split] of [
  ['retail', () => openTau('retail', { data }), 'test'],
  ['retail', () => openTau('retail', { data }), 'train'],
  ['retail', () => openTau('retail', { data }), 'dev'],
  ['airline', () => openTau('airline', { data }), 'test'],
  ['tau2-retail', () => openTau2('retail', { data: data2 }), 'base'],
  ['tau2-airline', () => openTau2('airline', { data: data2, firstVersion: data }), 'base'],
] as const) {
  test(`the ground truth wins every ${split} task of ${name}`, { skip }, async () => {
    const environment = await open();
    for (const one of environment.tasks(split)) {
      const { reward, over } = await talk(
        environment,
        one,
        groundTruthAgent({ pace: 'requests' }),
        scriptUser(),
      );
      assert.deepEqual([reward, over], [1, true], one.id);
    }
  });
}
