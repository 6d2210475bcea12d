import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noUsage, type Turn } from '../dialogue/turn.ts';
import type { JoshNode, JoshTree } from '../search/josh/tree.ts';
import { divergence } from './divergence.ts';

const turn = (text: string, called = false): Turn => ({
  speaker: 'agent',
  visible: [{ role: 'assistant', content: text }],
  internal: [],
  calls: called ? [{ name: 'search_hotel', arguments: {}, output: '[]', returned: null }] : [],
  usage: noUsage,
});
const node = (path: string, change: Partial<JoshNode> = {}): JoshNode => ({
  path,
  parent: path === '' ? null : path.slice(0, -1),
  segment: 0,
  turns: [turn(path)],
  rewards: [],
  successful: false,
  golden: false,
  ...change,
});
const won = { successful: true, golden: true };
const tree = (nodes: readonly JoshNode[], collapse = { path: 'LR', turns: 1 }): JoshTree => ({
  task: 'task',
  taskType: 'hotel',
  seed: 1,
  systemPrompt: '',
  goals: ['g'],
  reward: 1,
  nodes,
  collapses: [{ ...collapse, goals: ['g'], round: 1 }],
  rounds: 2,
});
const texts = (turns: readonly Turn[] | undefined) => turns?.map(({ visible }) => visible[0]?.content);

const losing = { cause: 'superseded' } as const;
const nodes = [
  node('', won),
  node('L', won),
  node('R'),
  node('LL', losing),
  node('LR', won),
  node('RL', losing),
];

describe('the fork that a report shows', () => {
  it('is the latest one of the golden path', () => {
    const found = divergence(tree(nodes), ['Find a hotel.']);
    assert.deepEqual(texts(found?.shared), ['', 'L']);
    assert.deepEqual(texts(found?.golden), ['LR']);
    assert.deepEqual(texts(found?.failed), ['LL']);
    assert.deepEqual([found?.goals, found?.failedBecause], [['g'], 'superseded']);
  });

  it('is an earlier one if only there the losing side called a tool', () => {
    const called = nodes.map(one => (one.path === 'RL' ? { ...one, turns: [turn('RL', true)] } : one));
    const found = divergence(tree(called), []);
    assert.deepEqual(texts(found?.shared), ['']);
    assert.deepEqual(texts(found?.golden), ['L', 'LR']);
    assert.deepEqual(texts(found?.failed), ['R', 'RL']);
  });

  it('passes over siblings that earned something or met a fault', () => {
    const faulty = nodes.map(one => (one.path === 'LL' ? node('LL', { cause: 'user-fault' }) : one));
    assert.deepEqual(texts(divergence(tree(faulty), [])?.failed), ['R', 'RL']);
    const successful = nodes.map(one => (one.path === 'LL' ? node('LL', { successful: true }) : one));
    assert.deepEqual(texts(divergence(tree(successful), [])?.failed), ['R', 'RL']);
  });

  it("ends with the winner's turns of before the collapse", () => {
    const longer = nodes.map(one => (one.path === 'LR' ? { ...one, turns: [turn('a'), turn('b')] } : one));
    assert.deepEqual(texts(divergence(tree(longer), [])?.golden), ['a']);
  });

  it('does not exist in a tree that earned nothing, or never forked', () => {
    assert.equal(divergence({ ...tree(nodes), collapses: [] }, []), undefined);
    assert.equal(divergence(tree([node('', won)], { path: '', turns: 1 }), []), undefined);
  });
});
