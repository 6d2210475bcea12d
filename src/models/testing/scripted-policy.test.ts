import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../dialogue/message.ts';
import { scriptedPolicy } from './scripted-policy.ts';
import type { ScriptedReply } from './scripted-server.ts';

const tasks = [
  {
    id: 'A.json',
    instructions: ['You want a <b>hotel</b>.', 'In the north.'],
    goals: [
      { tool: 'search_hotel', arguments: { area: 'north', stars: '4', name: '', parking: 'yes' } },
      { tool: 'book_hotel', arguments: { name: 'acorn', day: 'friday' } },
    ],
  },
  {
    id: 'B.json',
    instructions: ['You want a train.'],
    goals: [{ tool: 'search_train', arguments: { day: 'monday' } }],
  },
];
const policy = scriptedPolicy({ tasks });
const agent = (messages: readonly Message[], toolNames = ['search_hotel']) => ({
  model: 'm',
  messages: [{ role: 'system', content: 'You are a travel agent.' }, ...messages] as Message[],
  toolNames,
  temperature: 1,
});
const opening: Message = { role: 'user', content: '[A.json] the town' };

test('the user is recognised by its instructions and marks its lines with the task', () => {
  const messages: Message[] = [{ role: 'system', content: 'You play … You want a hotel.\nIn the north. …' }];
  const { text } = policy({ model: 'm', messages, toolNames: [], temperature: 0 }, 5);
  assert.match(text ?? '', /^\[A\.json\] (\w+ ?){30}$/);
  assert.equal(
    policy({ model: 'm', messages, toolNames: [], temperature: 0 }, 6).text,
    text,
    'greedy: whatever the seed',
  );
});

test('calls are right or partial, with the probabilities of the reference', () => {
  const counts = { right: 0, partial: 0, speak: 0 };
  const trials = 4000;
  for (let seed = 0; seed < trials; seed++) {
    const { toolCalls }: ScriptedReply = policy(agent([opening]), seed);
    const call = toolCalls?.[0];
    if (!call) counts.speak++;
    else if (call.name === 'book_hotel' || Object.keys(JSON.parse(call.arguments)).length === 3)
      counts.right++;
    else {
      assert.equal(
        Object.keys(JSON.parse(call.arguments)).length,
        2,
        'half of three, rounded up; blanks left out',
      );
      counts.partial++;
    }
  }
  assert.ok(Math.abs(counts.right / trials - 0.08) < 0.015, `${counts.right}`);
  assert.ok(Math.abs(counts.partial / trials - 0.22) < 0.025, `${counts.partial}`);
});

test('draws depend on task and seed alone, not on what was asked before', () => {
  const first = policy(agent([opening]), 17);
  policy(agent([{ role: 'user', content: '[B.json] x' }]), 3);
  assert.deepEqual(policy(agent([opening]), 17), first);
});

test('text protocols get their own forms', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const commands = agent([opening], []);
  (commands.messages[0] as { content: string }).content = 'Use APICALL.';
  for (const seed of seeds) {
    assert.match(policy(commands, seed).text ?? '', /^PLAN .* <COMMAND_END> (SPEAK|APICALL \{)/);
    assert.match(policy(agent([opening], []), seed).text ?? '', /^Action:\n\{"name":/);
  }
});
