/** Whole trees against every quirk: all are done, or the run stops with its cause in words; no example learns the quirk. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isFault } from '../dialogue/turn.ts';
import { promptOf, taughtBy } from '../harvest/examples.ts';
import { harvestTree } from '../harvest/harvest.ts';
import { textsIn } from '../models/layers/events.ts';
import { conductQuirks, type Quirk, quirks, textCallQuirks } from '../models/testing/quirks.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { type Played, played, startQuirkServer, tools } from './quirks.testing.ts';

const TASKS = 2;

const play = async (quirk: Quirk, toolCalls: 'native' | 'text' = 'native'): Promise<Played> => {
  const server = await startQuirkServer(quirk);
  try {
    return await played(server.model, TASKS, toolCalls);
  } finally {
    await server.close();
  }
};

/** What was said and called, whatever ids and thoughts went with it. */
const courseOf = (trees: readonly JoshTree[]): readonly object[] =>
  trees.flatMap(({ task, reward, nodes }) =>
    nodes.map(node => [
      task,
      reward,
      node.path,
      node.cause,
      node.turns.map(turn => [turn.visible.map(({ content }) => content), turn.calls]),
    ]),
  );

/** Words of a quirk that nobody may hear or learn. */
const QUIRKY =
  /<\/?think|The user wants a place|<tool_call|<function=|python_tag|\[TOOL_CALLS\]|<\|channel|tool_call_begin|"arguments":|CUT /;

const assertClean = (trees: readonly JoshTree[]): number => {
  let examples = 0;
  for (const tree of trees) {
    for (const { turns } of tree.nodes)
      for (const { content } of turns.flatMap(turn => turn.visible))
        assert.doesNotMatch(content ?? '', QUIRKY);
    for (const example of harvestTree(tree, tools, { minReward: 0.1 })) {
      examples++;
      for (const { content } of [...promptOf(example), ...taughtBy(example)].slice(1))
        assert.doesNotMatch(content ?? '', QUIRKY);
    }
  }
  return examples;
};

const causesOf = (trees: readonly JoshTree[]) =>
  new Set(trees.flatMap(tree => tree.nodes.map(({ cause }) => cause)));

describe('trees at endpoints with a quirk', () => {
  let plain: Played;
  before(async () => {
    plain = await play(quirks[0]!);
    assert.ok(assertClean(plain.trees) > 0, 'there is something to learn');
  });

  for (const quirk of quirks)
    test(`are done: ${quirk.name}`, async () => {
      const { trees, error, counts } = await play(quirk);
      assert.equal(error, undefined);
      assert.equal(trees.length, TASKS);
      assert.ok(![...causesOf(trees)].some(isFault), 'no line ends by a fault');
      assertClean(trees);
      if (!quirk.refuses) assert.deepEqual(courseOf(trees), courseOf(plain.trees));
      assert.deepEqual(textsIn(counts, 'said'), [], 'what was refused was learnt, and no request is lost');
    });

  for (const quirk of textCallQuirks) {
    test(`are done without its calls: ${quirk.name}`, async () => {
      const { trees, error, counts } = await play(quirk);
      assert.equal(error, undefined);
      assert.equal(trees.length, TASKS);
      assert.ok(counts['resample call-in-text']! > 0, 'and it is told');
      assertClean(trees);
    });

    test(`are done with its calls: ${quirk.name}`, async () => {
      const { trees, counts } = await play(quirk, 'text');
      assert.deepEqual(courseOf(trees), courseOf(plain.trees));
      assert.equal(counts['resample call-in-text'], undefined);
      assert.ok(assertClean(trees) > 0);
    });
  }

  for (const quirk of conductQuirks)
    test(`are done, or the run stops and says why: ${quirk.name}`, async () => {
      const { trees, error } = await play(quirk);
      assertClean(trees);
      if (quirk.name.startsWith('context')) assert.ok(causesOf(trees).has('context-length'));
      if (quirk.name.startsWith('content')) assert.ok(causesOf(trees).has('content-filter'));
      const stops = /every request|more than ten/.test(quirk.name);
      if (!stops) assert.deepEqual([error, trees.length], [undefined, TASKS]);
      else assert.match(error?.message ?? '', /enable-auto-tool-choice|Slow down.*wait of 1000000000 s/);
    });
});

const endpoint = resolve(process.env.JUXTA_SHARED ?? '../shared', 'tools/quirky-endpoint.mjs');
const absent = existsSync(endpoint) ? false : `there is no ${endpoint}`;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const playShared = async (mode: string): Promise<Played> => {
  const port = await freePort();
  const child = spawn(process.execPath, [endpoint, String(port), mode], { stdio: 'ignore' });
  try {
    for (let tries = 0; tries < 100; tries++) {
      const answer = await fetch(`http://127.0.0.1:${port}`, {
        method: 'POST',
        body: '{"messages":[]}',
      }).catch(() => undefined);
      if (answer) break;
      await wait(20);
    }
    return await played(`http://127.0.0.1:${port}/v1#m`, 1);
  } finally {
    child.kill();
  }
};

describe('trees at the quirky endpoint beside this repository', { skip: absent }, () => {
  const stops = new Map([
    ['cut-off', /cut-off|cut off/],
    ['retry-after', /Slow down/],
  ]);
  for (const mode of [
    'plain',
    'no-max-tokens',
    'no-seed',
    'object-arguments',
    'json-in-text',
    'think-in-text',
    'reasoning-content',
    'context-length',
    'error-in-200',
    'cut-off',
    'retry-after',
  ])
    test(`${mode}: they are done, or the run stops and says why`, async () => {
      const { trees, error } = await playShared(mode);
      assertClean(trees);
      const why = stops.get(mode);
      if (why && error) assert.match(error.message, why);
      else assert.deepEqual([error, trees.length], [undefined, 1]);
    });
});
