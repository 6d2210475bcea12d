import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage, type Turn } from '../dialogue/turn.ts';
import { nodeStatistics } from './statistics.ts';
import type { Tree, TreeNode } from './tree.ts';

const turn: Turn = {
  speaker: 'agent',
  visible: [],
  internal: [],
  calls: [],
  usage: { inputTokens: 3, outputTokens: 2 },
};
const call = { name: 'find', arguments: {}, output: '', returned: null };
const node = (path: string, more: Partial<TreeNode> = {}): TreeNode => ({
  path,
  parent: path === '' ? null : path.slice(0, -1),
  turns: [turn],
  rewards: [],
  ...more,
});
const earned = (goal: string) => [{ goals: [goal], turn: 0, credited: true }];

const tree: Tree = {
  task: 't',
  taskType: 'x',
  seed: 1,
  systemPrompt: '',
  goals: ['a', 'b'],
  reward: 1,
  rounds: 2,
  nodes: [
    node('', { turns: [] }),
    node('L', {
      rewards: earned('a'),
      turns: [
        { ...turn, calls: [call] },
        { ...turn, speaker: 'user', calls: [call, call] },
      ],
    }),
    node('R', { cause: 'superseded' }),
    node('LL', { rewards: earned('b'), cause: 'goal' }),
    node('LR', { cause: 'infrastructure-fault' }),
  ],
};

test('a node’s return is the mean of what the lines under it earn from there on, faulty ones apart', () => {
  const statistics = nodeStatistics(tree);
  assert.deepEqual(
    [...tree.nodes].map(({ path }) => [path, statistics.get(path)!.return]),
    [
      ['', 1],
      ['L', 2],
      ['R', 0],
      ['LL', 1],
      ['LR', 0],
    ],
  );
});

test('lines and faults are counted at the leaves, tokens and the agent’s calls at the node itself', () => {
  const statistics = nodeStatistics(tree);
  assert.deepEqual([statistics.get('')!.lines, statistics.get('')!.faults], [2, 1]);
  assert.deepEqual(statistics.get('L'), {
    usage: { inputTokens: 6, outputTokens: 4, cachedTokens: 0 },
    calls: 1,
    lines: 1,
    faults: 1,
    return: 2,
  });
  assert.deepEqual(statistics.get('')!.usage, noUsage);
});
