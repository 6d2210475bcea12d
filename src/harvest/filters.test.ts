import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AssistantMessage, Message } from '../dialogue/message.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { datasetOf } from './examples.ts';
import { countBatch, ktoWeights } from './filter.ts';
import { filters, filtersNamed } from './filters.ts';
import { harvest } from './harvest.ts';
import { call, result, say, tools, treeOf, user } from './testing.ts';

const apply = async (filter: string, ...trees: readonly JoshTree[]) => {
  const [made] = await filtersNamed([filter], { tools, seed: 7 });
  const batch = made!.apply(trees.map(tree => harvest(tree, tools)));
  return { counts: countBatch(batch), dataset: datasetOf(batch.flatMap(({ examples }) => examples)) };
};

/** A golden line of the given messages. */
const line = (...says: readonly Message[]) =>
  treeOf({ '': { says: [user('a'), ...says], golden: true } }, ['']);
const fork = (good: AssistantMessage, bad: AssistantMessage, more: Partial<JoshTree> = {}) =>
  treeOf(
    {
      '': { says: [user('a')], golden: true },
      L: { says: [good], golden: true },
      R: { says: [bad], cause: 'superseded' },
    },
    ['L'],
    more,
  );
const answered = (name: string, args: object, answer: string, id: string) => [
  call(name, args, id),
  result(answer, id),
];

describe('filters', () => {
  it('leave out trees whose golden conversation holds an error text', async () => {
    for (const text of ['ERROR: x', 'an Error: y', 'FAILURE', 'APIRETURN 1'])
      assert.equal((await apply('error-text', line(say(text)))).counts.sft, 0, text);
    assert.equal(
      (await apply('error-text', line(...answered('search_hotel', {}, 'ERROR: bad', '1'), say('b')))).counts
        .tasks,
      0,
    );
    assert.equal((await apply('error-text', line(say('No errors here.')))).counts.sft, 1);
  });

  it('keep the longest golden path of a task, and the first of equals', async () => {
    const { dataset } = await apply(
      'longest-path',
      line(say('1')),
      line(say('2'), user('u'), say('3')),
      line(say('4'), user('u'), say('5')),
    );
    assert.deepEqual(
      dataset.sft.map(({ messages }) => messages.at(-1)),
      [say('3')],
    );
    assert.equal(dataset.kto.length, 5);
  });

  it('leave out examples with calls that are not well formed, prompts included', async () => {
    for (const bad of [call('search_hotel', '{"area"'), call('search_hotel', '[1]'), call('fly', {})]) {
      const { counts } = await apply('malformed-calls', fork(say('good'), bad));
      assert.deepEqual([counts.sft, counts.ktoGood, counts.ktoBad, counts.dpo], [1, 1, 0, 0]);
      assert.deepEqual((await apply('malformed-calls', line(bad, result('x'), say('b')))).counts.tasks, 0);
    }
  });

  it('leave out negatives that a winner also said after the same prompt', async () => {
    const { counts } = await apply(
      'contradicting-labels',
      fork(say('same'), say('same')),
      fork(say('one'), say('same')),
    );
    assert.deepEqual([counts.ktoGood, counts.ktoBad, counts.dpo], [2, 1, 1]);
  });

  it('leave out golden conversations that repeat a call to no purpose', async () => {
    const search = (id: string, answer = '[1]') => answered('search_hotel', { area: 'north' }, answer, id);
    assert.equal((await apply('wasted-calls', line(...search('1'), ...search('2')))).counts.tasks, 0);
    assert.equal((await apply('wasted-calls', line(...search('1'), ...search('2', '[2]')))).counts.sft, 1);
    const booked = answered('book_hotel', { name: 'Ash' }, '{}', '3');
    assert.equal(
      (await apply('wasted-calls', line(...search('1'), ...booked, ...search('2')))).counts.sft,
      1,
    );
  });

  it('leave out golden conversations that write two things at odds', async () => {
    const book = (id: string, args: object, answer = '{"reference": "X"}') =>
      answered('book_hotel', args, answer, id);
    const [first, other] = [
      { name: 'Ash', nights: 2 },
      { name: 'Ash', nights: 3 },
    ];
    assert.equal(
      (await apply('contradicting-calls', line(...book('1', first), ...book('2', other)))).counts.tasks,
      0,
    );
    assert.equal(
      (await apply('contradicting-calls', line(...book('1', first, 'No room.'), ...book('2', other)))).counts
        .sft,
      1,
    );
    assert.equal(
      (
        await apply(
          'contradicting-calls',
          line(...book('1', first), ...book('2', { name: 'Elm', nights: 5 })),
        )
      ).counts.sft,
      1,
    );
  });

  it('leave out tasks on which all lines ended alike, faulty ends aside', async () => {
    assert.equal((await apply('mixed-outcomes', line(say('b')))).counts.tasks, 0);
    assert.equal((await apply('mixed-outcomes', fork(say('b'), say('c')))).counts.tasks, 1);
    const faulty = fork(say('b'), say('c'));
    const nodes = faulty.nodes.map(node =>
      node.path === 'R' ? { ...node, cause: 'budget' as const } : node,
    );
    assert.equal((await apply('mixed-outcomes', { ...faulty, nodes })).counts.tasks, 0);
  });

  it('leave out what was there before, calls known by their place and not their id', async () => {
    const search = (id: string) => line(...answered('search_hotel', {}, '[]', id), say('b'));
    const { counts } = await apply('duplicates', search('1'), search('2'), line(say('b')));
    assert.deepEqual([counts.sft, counts.ktoGood], [2, 3]);
  });

  it('cap the examples of each kind and label per task, by a draw that the seed names', async () => {
    const trees = Array.from({ length: 30 }, (_, i) => fork(say(`good ${i}`), say(`bad ${i}`)));
    const { counts, dataset } = await apply('cap-per-task=5', ...trees);
    assert.deepEqual(counts, { tasks: 1, sft: 5, ktoGood: 5, ktoBad: 5, dpo: 5 });
    assert.deepEqual((await apply('cap-per-task=5', ...trees)).dataset, dataset);
  });

  it('balance the classes of KTO', async () => {
    const { counts } = await apply(
      'balance-kto=2',
      line(say('1'), user('u'), say('2'), user('u'), say('3')),
      fork(say('x'), say('y')),
    );
    assert.deepEqual([counts.ktoGood, counts.ktoBad], [2, 1]);
  });

  const make = (...names: readonly string[]) => filtersNamed(names, { tools, seed: 1 });

  it('are asked for by name, and unknown ones are refused with the names that there are', async () => {
    const names = filters.builtIn.map(({ name }) => name);
    const made = await make(...names);
    assert.deepEqual(
      made.map(({ name }) => name),
      names,
    );
    for (const name of ['best', 'toString', ''])
      await assert.rejects(make(name), { code: 'unknown-filter', hint: /error-text, .*cap-per-task\[=/ });
  });

  it('take an argument where they know one, and refuse any other', async () => {
    for (const name of [
      'cap-per-task=0',
      'cap-per-task=x',
      'cap-per-task=',
      'balance-kto=-1',
      'duplicates=1.5',
    ])
      await assert.rejects(make(name), { code: 'bad-argument', message: new RegExp(name) });
    await assert.rejects(make('error-text=5'), {
      code: 'bad-argument',
      message: 'the filter error-text takes no argument, but error-text=5 has one',
    });
    const [cap] = await make('cap-per-task=3');
    assert.match(cap!.excludes, /all but 3 /);
  });

  it('can be modules and packages of one’s own, with arguments', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'juxta-filter-'));
    const from = process.cwd();
    try {
      const source = (name: string) => `
        export default {
          name: '${name}',
          argument: { meaning: 'a word', schema: { safeParse: data => ({ success: true, data: data ?? 'none' }) } },
          make: (_, word) => ({ excludes: 'what holds ' + word, apply: batch => batch }),
        };`;
      await writeFile(join(folder, 'mine.ts'), source('mine'));
      await writeFile(join(folder, 'other.mjs'), 'export default 1;');
      const installed = join(folder, 'node_modules', 'juxta-filter-words');
      await mkdir(installed, { recursive: true });
      await writeFile(
        join(installed, 'package.json'),
        JSON.stringify({ name: 'juxta-filter-words', type: 'module', exports: { import: './index.js' } }),
      );
      await writeFile(join(installed, 'index.js'), source('words'));
      process.chdir(folder);
      const made = await make('./mine.ts=x', 'juxta-filter-words');
      assert.deepEqual(
        made.map(({ name, excludes }) => [name, excludes]),
        [
          ['mine', 'what holds x'],
          ['words', 'what holds none'],
        ],
      );
      await assert.rejects(make('./other.mjs'), { code: 'bad-module', hint: /defineFilter/ });
      await assert.rejects(make('./absent.ts'), {
        code: 'bad-module',
        message: /absent\.ts cannot be loaded/,
      });
    } finally {
      process.chdir(from);
      await rm(folder, { recursive: true });
    }
  });
});

describe('KTO weights', () => {
  it('make both classes count alike', async () => {
    assert.deepEqual(ktoWeights({ ktoGood: 30, ktoBad: 10 }), { desirable: 1, undesirable: 3 });
    assert.deepEqual(ktoWeights({ ktoGood: 10, ktoBad: 25 }), { desirable: 2.5, undesirable: 1 });
    assert.deepEqual(ktoWeights({ ktoGood: 10, ktoBad: 0 }), { desirable: 1, undesirable: 1 });
  });
});
