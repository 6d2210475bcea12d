import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolCall } from '../../dialogue/message.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { TravelTask } from '../travel/task.ts';
import { openHamlet } from './hamlet.ts';
import type { Level } from './level.ts';
import { SPLITS, splitOfWord } from './words.ts';

const LEVELS: readonly Level[] = [1, 2, 3];
const ITEMS = ['hotel', 'attraction', 'restaurant'];
const TOWNS = ['departure', 'destination'];

/** Every name that a task's tables hold. */
const namesIn = (task: TravelTask): string[] => [
  ...ITEMS.flatMap(domain => task.database[domain]!.rows.map(row => String(row.name))),
  ...TOWNS.flatMap(end => task.database.train!.rows.map(row => String(row[end]))),
  ...task.database.restaurant!.rows.map(row => String(row.food)),
];

for (const level of LEVELS) {
  test(`the ground-truth calls of every task of level ${level} reach all its goals, search and booking`, async () => {
    const hamlet = openHamlet({ seed: 3, level });
    for (const task of hamlet.tasks('train', { count: 700 })) {
      const goals = hamlet.goals(task);
      let state = hamlet.start(task);
      const calls: CallRecord[] = [];
      for (const [i, goal] of goals.entries()) {
        const outcome = await hamlet.call(
          task,
          state,
          toolCall(`c${i}`, goal.tool, JSON.stringify(goal.arguments)),
        );
        state = outcome.state;
        calls.push(outcome.record);
      }
      assert.equal(hamlet.outcome(task, state, []), 1, task.id);
      assert.equal(hamlet.reached(task, goals, { calls, state, said: [] }).length, goals.length, task.id);
    }
  });
}

test('no two splits share a name, over thousands of tasks', () => {
  const owner = new Map<string, string>();
  const hamlet = openHamlet({ seed: 1, leftOut: 'attraction' });
  for (const split of SPLITS) {
    for (const task of hamlet.tasks(split, { count: 500 })) {
      for (const name of namesIn(task)) {
        assert.equal(owner.get(name) ?? split, split, `${name} is in two splits`);
        owner.set(name, split);
      }
    }
  }
  assert.ok(owner.size > 50_000);
});

test('every name holds a word that belongs to its split alone', () => {
  for (const split of SPLITS) {
    const [task] = openHamlet({ leftOut: 'train' }).tasks(split, { count: 1 });
    for (const name of namesIn(task!)) {
      const stems = name.split(' ').flatMap(word => [word, word.replace(/(ish|ian|ese)$/, '')]);
      assert.ok(
        stems.some(stem => stem.length > 4 && splitOfWord(stem) === split),
        name,
      );
    }
  }
});

test('a task is a function of seed, level, split and index alone', () => {
  const whole = openHamlet({ seed: 7 }).tasks('gate', { count: 8 });
  assert.deepEqual(openHamlet({ seed: 7 }).tasks('gate', { start: 5, count: 2 }), whole.slice(5, 7));
  assert.notDeepEqual(openHamlet({ seed: 8 }).tasks('gate', { count: 8 }), whole);
  assert.equal(new Set(whole.map(task => task.id)).size, 8);
});

test('a domain that is left out appears in the left-out split only, and there in every task', () => {
  const hamlet = openHamlet({ leftOut: 'attraction' });
  const hasIt = (task: TravelTask) => task.domains.some(one => one.domain === 'attraction');
  for (const split of ['pretrain', 'train', 'gate', 'test']) {
    assert.ok(!hamlet.tasks(split, { count: 60 }).some(hasIt));
  }
  assert.ok(hamlet.tasks('left-out', { count: 60 }).every(hasIt));
  assert.throws(() => openHamlet().tasks('left-out'), /no split named left-out/);
  assert.throws(() => openHamlet({ leftOut: 'bus' }), /no domain bus/);
});

test('default tasks have the proportions of ToolWOZ', () => {
  const tasks = openHamlet().tasks('pretrain', { count: 2000 });
  const topics = tasks.flatMap(task => task.agenda!.topics);
  const share = (part: number, whole: number) => part / whole;
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 0.05, `${actual} is not near ${expected}`);
  near(share(tasks.filter(task => task.domains.length === 1).length, tasks.length), 0.185);
  near(share(topics.filter(topic => topic.domain === 'train').length, tasks.length), 0.61);
  near(
    share(topics.filter(topic => topic.inform.name).length, topics.filter(t => t.domain !== 'train').length),
    0.25,
  );
  near(share(topics.filter(topic => topic.book).length, topics.length), 0.467);
  near(share(topics.filter(topic => topic.firstInform).length, topics.length), 0.22);
});

test('names have one to six words, some with a word said twice', () => {
  const names = openHamlet().tasks('train', { count: 100 }).flatMap(namesIn);
  const lengths = new Set(names.map(name => name.split(' ').length));
  for (const length of [1, 2, 3, 4, 5, 6]) assert.ok(lengths.has(length), `none of ${length} words`);
  assert.ok(names.some(name => /^(\S+) \S+ \1$/.test(name)));
});
