import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cause } from '../dialogue/turn.ts';
import { datasetOf, type Example } from './examples.ts';
import { harvest, harvestTree } from './harvest.ts';
import { call, hotelTree, result, say, tools, treeOf, user } from './testing.ts';

const system = { role: 'system', content: 'You help travellers.' };
const kto = (examples: readonly Example[]) =>
  datasetOf(examples).kto.map(({ prompt, completion, label }) => [prompt.length, completion[0], label]);

describe('SFT examples', () => {
  it('are the conversation up to the turn of the last collapse, with the system prompt', () => {
    const [example] = datasetOf(harvestTree(hotelTree(), tools)).sft;
    assert.deepEqual(example!.messages, [
      system,
      user('I need a hotel.'),
      say('Where?'),
      user('In the north.'),
      call('search_hotel', { area: 'north', stars: 4 }),
      result('[{"name": "Ash"}]'),
      say('The Ash. Book it?'),
      user('Yes.'),
      call('book_hotel', { name: 'Ash', nights: 2, guests: ['Kim', { age: 7 }] }, 'call00002'),
      result('{"reference": "X1"}', 'call00002'),
      say('Booked: X1.'),
    ]);
    assert.deepEqual(example!.source, { task: 'task-1', taskType: 'hotel', seed: 7, path: 'RLR', reward: 1 });
  });

  it('end with the winning turn, although its node lived on', () => {
    const tree = treeOf(
      { '': { says: [user('a')], golden: true }, L: { says: [say('b'), user('c'), say('d')], golden: true } },
      ['L'],
    );
    const cut = { ...tree, collapses: [{ ...tree.collapses[0]!, turns: 1 }] };
    assert.deepEqual(datasetOf(harvestTree(cut, tools)).sft[0]!.messages, [system, user('a'), say('b')]);
  });

  it('do not end with the user', () => {
    const tree = treeOf({ '': { says: [user('a'), say('b'), user('c'), user('d')], golden: true } }, ['']);
    assert.deepEqual(datasetOf(harvestTree(tree, tools)).sft[0]!.messages, [system, user('a'), say('b')]);
  });

  it('have no second system prompt where the conversation brings its own', () => {
    const own = { role: 'system', content: 'Mine.' } as const;
    const tree = treeOf({ '': { says: [own, user('a'), say('b')], golden: true } }, ['']);
    assert.deepEqual(datasetOf(harvestTree(tree, tools)).sft[0]!.messages, [own, user('a'), say('b')]);
  });

  it('come from partly successful trees only on request', () => {
    const partly = hotelTree({ reward: 0.5 });
    assert.deepEqual(harvestTree(partly, tools), []);
    assert.equal(datasetOf(harvestTree(partly, tools, { minReward: 0.5 })).sft.length, 1);
    assert.deepEqual(harvestTree({ ...partly, collapses: [] }, tools, { minReward: 0 }), []);
  });
});

describe('KTO examples', () => {
  it('are the golden turns, then the last turns of lost lines that share a prompt with one', () => {
    assert.deepEqual(kto(harvestTree(hotelTree(), tools, { kinds: ['kto'] })), [
      [2, say('Where?'), true],
      [4, call('search_hotel', { area: 'north', stars: 4 }), true],
      [6, say('The Ash. Book it?'), true],
      [8, call('book_hotel', { name: 'Ash', nights: 2, guests: ['Kim', { age: 7 }] }, 'call00002'), true],
      [10, say('Booked: X1.'), true],
      [2, call('search_hotel', {}), false],
      [4, call('search_hotel', { area: 'south' }), false],
      [8, say('Booked!'), false],
    ]);
  });

  it('compare prompts without regard to the ids of calls and the blanks in arguments', () => {
    const golden = [call('search_hotel', '{"area":"x"}', 'id-1'), result('[1]', 'id-1'), say('good')];
    const lost = [call('search_hotel', '{ "area": "x" }', 'id-2'), result('[1]', 'id-2'), say('bad')];
    const tree = treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: golden, golden: true },
        R: { says: lost, cause: 'superseded' },
      },
      ['L'],
    );
    const bad = datasetOf(harvestTree(tree, tools)).kto.filter(({ label }) => !label);
    assert.deepEqual(
      bad.map(({ completion }) => completion[0]),
      [lost[0], lost[2]],
    );
    assert.deepEqual(bad[1]!.prompt, [system, user('a'), golden[0], golden[1]]);
  });

  it('take only the last turn of a line that lived through several', () => {
    const tree = treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: [say('good'), user('u'), say('won')], golden: true },
        R: { says: [say('early'), user('u'), say('late'), user('bye')], cause: 'superseded' },
      },
      ['L'],
    );
    assert.deepEqual(
      datasetOf(harvestTree(tree, tools)).kto.filter(({ label }) => !label),
      [],
    );
  });

  it('say a bad thing once', () => {
    const bad = { says: [say('bad')], cause: 'superseded' } as const;
    const tree = treeOf(
      { '': { says: [user('a')], golden: true }, A: { says: [say('good')], golden: true }, B: bad, C: bad },
      ['A'],
    );
    assert.equal(datasetOf(harvestTree(tree, tools)).kto.length, 2);
  });

  it('treat results in user messages as results, as ReAct writes them', () => {
    const tree = treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: [[say('call'), user('APIRETURN []')], say('good')], golden: true },
        R: { says: [[say('call'), user('APIRETURN []'), say('bad')], user('bye')], cause: 'superseded' },
      },
      ['L'],
    );
    assert.deepEqual(
      kto(harvestTree(tree, tools)).filter(([, , label]) => !label),
      [
        [2, say('call'), false],
        [4, say('bad'), false],
      ],
    );
  });

  it('treat results in user messages as results, however they are worded for the agent', () => {
    const tree = treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: [[say('call'), user('API output: []')], say('good')], golden: true },
        R: { says: [[say('call'), user('API output: []'), say('bad')], user('bye')], cause: 'superseded' },
      },
      ['L'],
    );
    assert.deepEqual(
      kto(harvestTree(tree, tools)).filter(([, , label]) => !label),
      [
        [2, say('call'), false],
        [4, say('bad'), false],
      ],
    );
  });
});

describe('DPO examples', () => {
  const pairs = (examples: readonly Example[]) =>
    datasetOf(examples).dpo.map(({ prompt, chosen, rejected }) => [prompt.length, chosen[0], rejected[0]]);

  it('set siblings side by side where they part', () => {
    assert.deepEqual(pairs(harvestTree(hotelTree(), tools)), [
      [2, say('Where?'), call('search_hotel', {})],
      [4, call('search_hotel', { area: 'north', stars: 4 }), call('search_hotel', { area: 'south' })],
      [
        8,
        call('book_hotel', { name: 'Ash', nights: 2, guests: ['Kim', { age: 7 }] }, 'call00002'),
        say('Booked!'),
      ],
    ]);
  });

  const forked = (left: Parameters<typeof treeOf>[0][string]['says'], right: typeof left) =>
    treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: left, golden: true },
        R: { says: right, cause: 'superseded' },
      },
      ['L'],
    );

  it('walk on while siblings do the same and see the same', () => {
    const same = [call('search_hotel', {}), result('[]')];
    assert.deepEqual(pairs(harvestTree(forked([...same, say('good')], [...same, say('bad')]), tools)), [
      [4, say('good'), say('bad')],
    ]);
  });

  it('are not made where the siblings saw different things', () => {
    const tree = forked(
      [call('search_hotel', {}), result('[1]'), say('good')],
      [call('search_hotel', {}), result('[2]'), say('bad')],
    );
    assert.deepEqual(pairs(harvestTree(tree, tools)), []);
  });

  it('also come from below the fork on request', () => {
    const tree = treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: [say('same'), user('b')], golden: true },
        R: { says: [say('same'), user('b')] },
        LL: { says: [say('good')], golden: true },
        RR: { says: [say('bad')], cause: 'superseded' },
      },
      ['LL'],
    );
    assert.deepEqual(pairs(harvestTree(tree, tools)), []);
    assert.deepEqual(pairs(harvestTree(tree, tools, { pairing: 'all' })), [[4, say('good'), say('bad')]]);
  });
});

describe('the fault rule', () => {
  const ended = (cause: Cause) =>
    harvest(
      treeOf(
        {
          '': { says: [user('a')], golden: true },
          L: { says: [say('good')], golden: true },
          R: { says: [say('bad')] },
          RL: { says: [], cause },
          RR: { says: [], cause: 'infrastructure-fault' },
        },
        ['L'],
      ),
      tools,
    );

  for (const cause of ['user-fault', 'infrastructure-fault', 'budget'] as const)
    it(`makes no negative of a branch whose ends are faults (${cause})`, () => {
      const { examples, withheld } = ended(cause);
      assert.deepEqual(datasetOf(examples).dpo, []);
      assert.ok(datasetOf(examples).kto.every(({ label }) => label));
      assert.equal(withheld, 2);
    });

  it('makes one of a branch that had an honest end as well', () => {
    const { examples, withheld } = ended('user-ended');
    assert.equal(datasetOf(examples).dpo.length, 1);
    assert.equal(withheld, 0);
  });
});
