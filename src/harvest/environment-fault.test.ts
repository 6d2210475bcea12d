import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agent } from '../agents/agent.ts';
import { functionCalling } from '../agents/function-calling.ts';
import { toolCall } from '../dialogue/message.ts';
import { type Cause, noUsage } from '../dialogue/turn.ts';
import { type Environment, EnvironmentFault } from '../environments/environment.ts';
import { openHamlet } from '../environments/hamlet/hamlet.ts';
import type { Completion } from '../models/model.ts';
import type { Cast } from '../play/conversation.ts';
import { converse } from '../play/converse.ts';
import { agendaUser } from '../players/travel/user/user.ts';
import { defaultSearch } from '../search/josh/josh.ts';
import { searchTree } from '../search/search-tree.ts';
import type { User } from '../users/user.ts';
import { harvest } from './harvest.ts';

const hamlet = openHamlet() as Environment;
const [task] = hamlet.tasks('train', { count: 1 });
const goals = hamlet.goals(task!);

/** Makes the right call of a goal, then speaks. */
const agentModel: Cast['model'] = {
  id: 'fake',
  generate: async ({ messages }): Promise<readonly Completion[]> => {
    const made = messages.filter(({ role }) => role === 'tool').length;
    const goal = goals[made];
    const acts = goal && messages.at(-1)?.role === 'user';
    return [
      {
        text: acts ? null : 'Here it is. Anything else?',
        toolCalls: acts ? [toolCall(`c${made}`, goal.tool, JSON.stringify(goal.arguments))] : [],
        usage: noUsage,
        finishReason: acts ? 'tool-calls' : 'stop',
      },
    ];
  },
};
const castOf = (changes: Partial<Environment>, more: Partial<Cast> = {}): Cast => ({
  environment: { ...hamlet, ...changes },
  agent: functionCalling() as Agent,
  model: agentModel,
  user: agendaUser() as User,
  temperature: 1,
  maxTokens: 64,
  ...more,
});
const broken = (): never => {
  throw new Error('the world has ended');
};
const search = (cast: Cast, eager = false) =>
  searchTree(cast, task!, 1, { ...defaultSearch, beam: 4, maxRounds: 3, eager });
const talk = (cast: Cast) => converse(cast, task!, 1, { maxMessages: 7, maxTries: 3 });

test('the world that these tests break is a whole one', async () => {
  assert.ok((await talk(castOf({}))).reward > 0);
  assert.ok((await search(castOf({}))).reward > 0);
});

for (const [what, changes, cause] of [
  ['start', { start: broken }, 'environment-fault'],
  ['goals', { goals: broken }, 'environment-fault'],
  ['a user’s begin', {}, 'user-fault'],
] as const)
  test(`a throw in ${what} ends the task as ${cause}, in a search and in a conversation`, async () => {
    const more = cause === 'user-fault' ? { user: { ...(agendaUser() as User), begin: broken } } : {};
    const tree = await search(castOf(changes, more));
    assert.deepEqual(tree.fault, { cause, message: 'the world has ended' });
    assert.deepEqual(
      tree.nodes.map(node => [node.cause, node.turns[0]?.error]),
      [[cause, 'the world has ended']],
    );
    const episode = await talk(castOf(changes, more));
    assert.deepEqual([episode.cause, episode.reward, episode.reached], [cause, 0, []]);
    assert.equal(episode.turns.at(-1)?.error, 'the world has ended');
  });

for (const eager of [false, true])
  test(`a throw in call or reached ends its line, and none is a negative example (eager: ${eager})`, async () => {
    let made = 0;
    const first = eager ? 0 : 1; // Eagerly, what stands to the right of a winner is not stepped at all.
    const call: Environment['call'] = (...args) => (made++ % 2 === first ? broken() : hamlet.call(...args));
    const reached: Environment['reached'] = (...args) =>
      args[2].calls.length > 0 && made++ % 2 === first ? broken() : hamlet.reached(...args);
    for (const changes of [{ call }, { reached }]) {
      made = 0;
      const tree = await search(castOf(changes), eager);
      const faulty = tree.nodes.filter(node => node.cause === 'environment-fault');
      assert.ok(faulty.length > 0, 'some line must have ended so');
      for (const node of faulty) assert.equal(node.turns.at(-1)?.error, 'the world has ended');
      assert.ok(tree.nodes.some(node => node.golden));
      for (const example of harvest(tree, hamlet.tools, { minReward: 0 }).examples)
        for (const { path } of faulty) {
          if (example.kind === 'dpo') assert.notEqual(example.rejectedPath, path);
          if (example.kind === 'kto') assert.ok(example.label || example.source?.path !== path);
        }
    }
  });

test('a throw in outcome ends the task as a fault, whatever it had reached', async () => {
  const episode = await talk(castOf({ outcome: broken }));
  assert.deepEqual([episode.cause, episode.reward], ['environment-fault', 0]);
  const single = { goals: () => goals.slice(0, 1), judgesFinalState: true } as const;
  const judged = await search(castOf({ ...single, outcome: () => 0.5 }));
  assert.equal(judged.reward, 0.5);
  const tree = await search(castOf({ ...single, outcome: broken }));
  assert.deepEqual(tree.fault, { cause: 'environment-fault', message: 'the world has ended' });
  assert.equal(tree.reward, 0);
  assert.ok(!tree.nodes.some(node => node.cause === 'goal'));
});

/** Makes both calls at once and does not mind what becomes of them. */
const careless: Agent = {
  name: 'careless',
  memory: null,
  step: async (_model, { execute }) => {
    const wanted = goals
      .slice(0, 2)
      .map((goal, i) => toolCall(`c${i}`, goal.tool, JSON.stringify(goal.arguments)));
    const results = await Promise.allSettled(wanted.map(execute));
    const calls = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    const visible = [{ role: 'assistant', content: 'Done.' }] as const;
    return { status: 'spoke', visible, internal: visible, calls, usage: noUsage, memory: null };
  },
};

test('an agent that swallows what the environment threw does not go on with a broken world', async () => {
  const call: Environment['call'] = async () => {
    throw new EnvironmentFault('connection lost');
  };
  const episode = await talk(castOf({ call }, { agent: careless }));
  assert.equal(episode.cause satisfies Cause, 'environment-fault');
  assert.equal(episode.turns.at(-1)?.error, 'connection lost');
});

test('calls made at once happen one after another, and none is lost', async () => {
  const call: Environment['call'] = async (of, state, wanted) => {
    await new Promise(resolve => setTimeout(resolve, 2));
    return hamlet.call(of, state, wanted);
  };
  const { reward } = await talk(castOf({ call }, { agent: careless }));
  assert.equal(reward, Math.min(2, goals.length) / goals.length);
});
