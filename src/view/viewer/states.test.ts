import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { JoshTree } from '../../search/josh/tree.ts';
import { openStoreReader, type StoreReader } from '../../store/reader.ts';
import { openStore } from '../../store/sqlite.ts';
import type { StateDetail } from './api.ts';
import { changesBetween } from './changes.ts';
import { forkedTree, runRow, saveTree, stage } from './project.testing.ts';
import { stateDetail } from './states.ts';

/** A shop in whose tasks a refund can be had. */
const shop = `
import { writeFileSync } from 'node:fs';
import { defineEnvironment } from '${new URL('../../index.ts', import.meta.url).href}';
export default defineEnvironment({
  name: 'shop',
  systemPrompt: 'Help.',
  tasks: [{ id: 'refund-w1', instructions: 'You want your money back.', goals: [{ call: 'refund', arguments: { order: 'W1' } }] }],
  state: () => ({ orders: { W1: { total: 24 }, W2: { total: 39 } } }),
  tools: {
    refund: {
      description: 'Refunds.',
      inputSchema: { type: 'object', properties: { order: { type: 'string' } } },
      execute: ({ order }, { state }) => {
        state.orders[order].refunded = true;
        return { refunded: state.orders[order].total };
      },
    },
  },
});
`;

const refund = (order: string, output: string): CallRecord => ({
  name: 'refund',
  arguments: { order },
  output,
  returned: null,
});

/** The forked tree, with a refund in its first node that won, and one of another order after it. */
const treeWith = (task: string, output: string): JoshTree => {
  const tree = forkedTree(task);
  const calls: Readonly<Record<string, CallRecord>> = {
    L: refund('W1', output),
    LL: refund('W2', '{"refunded":39}'),
  };
  return {
    ...tree,
    nodes: tree.nodes.map(node => ({
      ...node,
      turns: node.turns.map((turn, i) => ({
        ...turn,
        calls: i === 0 && calls[node.path] ? [calls[node.path]!] : [],
      })),
    })),
  };
};

describe('what a node changed in the environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-states-'));
  let reader: StoreReader;
  before(async () => {
    writeFileSync(join(folder, 'shop.ts'), shop);
    const store = openStore(folder);
    const environment = { module: join(folder, 'shop.ts') };
    await store.saveRun(runRow('rollout-1', { configuration: JSON.stringify({ cast: { environment } }) }));
    await saveTree(store, 'rollout-1', treeWith('refund-w1', '{"refunded":24}'));
    await store.saveRun(runRow('rollout-2', { configuration: JSON.stringify({ cast: { environment } }) }));
    await saveTree(store, 'rollout-2', treeWith('refund-w1', '{"refunded":25}'));
    await saveTree(store, 'rollout-2', treeWith('gone', '{}'));
    await store.saveRun(runRow('train-1', { configuration: '{}' }));
    await saveTree(store, 'train-1', treeWith('refund-w1', '{}'));
    await store.close();
    reader = openStoreReader(folder);
  });
  after(() => {
    reader.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const detail = (path: string, run = 'rollout-1', task = 'refund-w1'): Promise<StateDetail | undefined> =>
    stateDetail(reader, { run, stage, task, seed: 7 }, path);

  it('is found by making the calls up to it again', async () => {
    assert.deepEqual(await detail('L'), {
      changes: [{ path: 'orders.W1.refunded', before: null, after: 'true' }],
      why: null,
    });
    assert.deepEqual((await detail('LL'))?.changes, [
      { path: 'orders.W2.refunded', before: null, after: 'true' },
    ]);
    assert.deepEqual((await detail('LR'))?.changes, []);
  });

  it('is not told where the environment answers otherwise than it did, or no longer knows the task', async () => {
    assert.match((await detail('L', 'rollout-2'))!.why!, /^made again, refund gives another result/);
    assert.match((await detail('L', 'rollout-2', 'gone'))!.why!, /no longer has the task gone/);
    assert.match((await detail('L', 'train-1'))!.why!, /does not tell its environment/);
    assert.equal(await detail('RRR'), undefined);
    assert.equal(await detail('L', 'rollout-9'), undefined);
  });
});

describe('changes between two states', () => {
  it('are told by path: what is new, gone or another, in objects, lists, maps and sets', () => {
    const before = { a: 1, gone: 'x', list: [1, 2], map: new Map([['k', 1]]), set: new Set(['s']) };
    const after = { a: 2, list: [1, 2, 3], map: new Map([['k', 2]]), set: new Set(['t']), text: 'new' };
    assert.deepEqual(changesBetween(before, after), [
      { path: 'a', before: '1', after: '2' },
      { path: 'gone', before: 'x', after: null },
      { path: 'list.2', before: null, after: '3' },
      { path: 'map.k', before: '1', after: '2' },
      { path: 'set.s', before: 'true', after: null },
      { path: 'set.t', before: null, after: 'true' },
      { path: 'text', before: null, after: 'new' },
    ]);
    assert.deepEqual(changesBetween(before, structuredClone(before)), []);
    assert.deepEqual(changesBetween(null, 'x'), [{ path: '', before: 'null', after: 'x' }]);
  });

  it('are bounded, and what both states share is passed over', () => {
    const shared = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, i]));
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, -1 - i]));
    assert.equal(changesBetween(shared, many).length, 200);
    let asked = 0;
    const watched = new Proxy({}, { ownKeys: () => [String(asked++)] });
    changesBetween({ watched }, { watched });
    assert.equal(asked, 0);
  });
});
