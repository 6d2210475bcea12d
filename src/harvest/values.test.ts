import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hotelTree, say, tools, treeOf, user } from './testing.ts';
import { nodeValues, valueRows } from './values.ts';

describe('node values', () => {
  it('are the mean reward of the lines through a node, with the advantage over its siblings', () => {
    const values = new Map(nodeValues(hotelTree()).map(value => [value.path, value]));
    assert.deepEqual(values.get('RLR'), {
      path: 'RLR',
      visits: 1,
      value: 1,
      advantage: 0.25,
      standardized: 1,
    });
    assert.deepEqual(values.get('RLL'), {
      path: 'RLL',
      visits: 1,
      value: 0.5,
      advantage: -0.25,
      standardized: -1,
    });
    assert.deepEqual([values.get('RL')!.visits, values.get('RL')!.value], [2, 0.75]);
    assert.deepEqual([values.get('R')!.visits, values.get('R')!.value], [3, 0.5]);
    assert.deepEqual(
      [values.get('')!.visits, values.get('')!.value, values.get('')!.advantage],
      [4, 0.375, 0],
    );
  });

  it('leave out lines that ended through a fault', () => {
    const tree = treeOf(
      {
        '': { says: [user('a')], golden: true },
        L: { says: [say('b')], golden: true, earns: ['hotel/search_hotel'] },
        R: { says: [say('c')], cause: 'user-fault' },
      },
      ['L'],
    );
    const [root, , faulty] = nodeValues(tree);
    assert.deepEqual([root!.visits, root!.value], [1, 1]);
    assert.deepEqual(faulty, { path: 'R', visits: 0, value: null, advantage: 0, standardized: 0 });
    assert.deepEqual(
      valueRows(tree, tools).map(({ path }) => path),
      ['L'],
    );
  });

  it('have advantages that add up to nothing among siblings, in any tree', () => {
    const goals = ['g0', 'g1', 'g2'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1000), fc.subarray(goals)), { minLength: 1, maxLength: 12 }),
        born => {
          const paths = [''];
          for (const [at] of born) {
            const parent = paths[at % paths.length]!;
            if (!paths.includes(`${parent}L`)) paths.push(`${parent}L`, `${parent}R`);
          }
          const sketch = Object.fromEntries(
            paths.map((path, i) => [path, { says: [say(path)], earns: born[i % born.length]![1] }]),
          );
          const values = nodeValues(treeOf(sketch, [], { goals, reward: 0 }));
          for (const value of values) {
            assert.ok(value.value !== null && value.value >= 0 && value.value <= 1);
            const children = values.filter(
              ({ path }) => path.slice(0, -1) === value.path && path !== value.path,
            );
            if (children.length === 0) continue;
            assert.ok(Math.abs(children.reduce((sum, child) => sum + child.advantage, 0)) < 1e-9);
            assert.equal(
              children.reduce((sum, child) => sum + child.visits, 0),
              value.visits,
            );
          }
        },
      ),
    );
  });

  it('come with what the node said after its prompt', () => {
    const row = valueRows(hotelTree(), tools).find(({ path }) => path === 'RLR')!;
    const [prompt, completion] = [row.prompt, row.completion] as [{ role: string }[], { role: string }[]];
    assert.deepEqual([prompt.length, prompt.at(-1)!.role], [8, 'user']);
    assert.deepEqual(
      completion.map(({ role }) => role),
      ['assistant', 'tool', 'assistant'],
    );
    assert.deepEqual([row.value, row.advantage, row.visits], [1, 0.25, 1]);
  });
});
