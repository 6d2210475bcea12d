import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLines } from '../../base/json-lines.ts';
import { random } from '../../base/random.ts';
import { noUsage, type Turn } from '../../dialogue/turn.ts';
import { replaySearches } from '../../replay/josh/conformance.ts';
import { defaultSearch, josh, type Play, type Round, type SearchOptions, type SearchResult } from './josh.ts';

const recordings = join(process.env.JUXTA_SHARED ?? '../shared', 'data/toolwoz');
const golden = join(recordings, 'golden_josh.jsonl.gz');

for (const [name, scenarios] of [
  ['golden_josh', 300],
  ['golden_josh_hard', 800],
] as const) {
  const file = join(recordings, `${name}.jsonl.gz`);
  test(`replays every scenario of the reference in ${name}`, {
    skip: existsSync(file) ? false : `${file} is not there`,
  }, async () => {
    const { matched, mismatches } = await replaySearches(file);
    assert.deepEqual(mismatches, []);
    assert.equal(matched, scenarios);
  });
}

test('a collapse shows the tree before the user answered', async () => {
  const play: Play<readonly string[], string> = {
    goals: ['a', 'b'],
    agentStep: async (said, { path }) => ({
      state: [...said, `agent ${path}`],
      turn: turn('x'),
      status: 'spoke',
    }),
    userStep: async said => ({ state: [...said, 'user'], turn: turn('x'), status: 'over' }),
    hits: (said, open) => open.filter(goal => goal === 'a' && said.at(-1) === 'agent R'),
    close: (open, closed) => ({ left: open.filter(goal => !closed.includes(goal)) }),
    outOfTries: state => ({ state, turn: turn('sorry') }),
  };
  const { value } = await josh(play, { state: [], turns: [] }, defaultSearch).next();
  const { collapse, root } = value as Round<readonly string[], string>;
  assert.deepEqual(collapse?.before, [
    { state: [], successful: true, golden: true },
    { state: ['agent L'], successful: false, golden: false },
    { state: ['agent R'], successful: true, golden: true },
  ]);
  assert.deepEqual(root.state, ['agent R', 'user']);
});

test('a scenario that lacks a step which the search asks for is a mismatch, with its place', {
  skip: existsSync(golden) ? false : `${golden} is not there`,
}, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-josh-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'golden.jsonl');
  for await (const line of readLines(golden)) {
    const scenario = JSON.parse(line);
    scenario.table.agent = {};
    writeFileSync(file, `${JSON.stringify(scenario)}\n${line}\n{}`);
    break;
  }
  const { matched, mismatches } = await replaySearches(file);
  assert.equal(matched, 1);
  assert.equal(mismatches.length, 2);
  assert.match(mismatches[0]!, /golden\.jsonl:1, field table\.agent: there is no step 0 on node/);
  assert.match(mismatches[1]!, /golden\.jsonl:3, field id: /);
});

/** A leaf of a random game: what it did is a function of the seed, its path and the step alone. */
interface Leaf {
  readonly recent: readonly string[];
  readonly seen: readonly string[];
}
interface Game {
  readonly seed: number;
  readonly goals: number;
  readonly hitChance: number;
}
const turn = (text: string): Turn => ({
  speaker: 'agent',
  visible: [],
  internal: [{ role: 'assistant', content: text }],
  calls: [],
  usage: noUsage,
});

const textOf = ({ internal: [message] }: Turn) => message?.content;

const gamePlay = (game: Game, delay: () => Promise<void> = async () => undefined): Play<Leaf, string> => {
  const goals = Array.from({ length: game.goals }, (_, i) => `g${i}`);
  return {
    goals,
    agentStep: async (state, at) => {
      await delay();
      const draw = random(game.seed, 'agent', at.path, at.index);
      const recent = goals.filter(() => draw.chance(game.hitChance));
      const status = draw.chance(0.1) ? 'over' : draw.chance(0.3) ? 'acting' : 'spoke';
      const text = `${at.path}:${at.index}`;
      const mutated = draw.chance(0.3);
      return { state: { recent, seen: [...state.seen, text] }, turn: turn(text), status, mutated };
    },
    userStep: async (state, at) => {
      await delay();
      const over = random(game.seed, 'user', at.path, at.index).chance(0.05);
      return { state: { ...state, recent: [] }, turn: turn('user'), status: over ? 'over' : 'spoke' };
    },
    hits: (state, open) => open.filter(goal => state.recent.includes(goal)),
    close: (open, closed) => ({ left: open.filter(goal => !closed.includes(goal)) }),
    outOfTries: state => ({ state, turn: turn('out of tries') }),
  };
};

const start = { state: { recent: [], seen: [] }, turns: [] };
const play = async (
  game: Game,
  options: Partial<SearchOptions>,
  delay?: () => Promise<void>,
): Promise<{ rounds: Round<Leaf, string>[]; result: SearchResult<Leaf, string> }> => {
  const search = josh(gamePlay(game, delay), start, { ...defaultSearch, maxTries: 4, ...options });
  const rounds: Round<Leaf, string>[] = [];
  for (;;) {
    const next = await search.next();
    if (next.done) return { rounds, result: next.value };
    rounds.push(next.value);
  }
};

const games = fc.record({
  seed: fc.nat(),
  goals: fc.integer({ min: 0, max: 4 }),
  hitChance: fc.constantFrom(0, 0.02, 0.1, 0.4),
});
const settings = fc.record({
  beam: fc.integer({ min: 1, max: 12 }),
  branch: fc.integer({ min: 2, max: 4 }),
  branching: fc.constantFrom('turn' as const, 'action' as const, 'mutating' as const),
  eager: fc.boolean(),
  wave: fc.integer({ min: 1, max: 9 }),
});

test('the number of live leaves never exceeds the beam', async () => {
  await fc.assert(
    fc.asyncProperty(games, settings, async (game, options) => {
      const { rounds } = await play(game, options);
      for (const round of rounds) assert.ok(round.live.length <= Math.max(1, options.beam));
    }),
  );
});

test('the tree is the same however long each step takes', async () => {
  await fc.assert(
    fc.asyncProperty(games, settings, fc.nat(), async (game, options, seed) => {
      const draw = random(seed);
      const dawdle = async () => {
        for (let i = draw.below(5); i > 0; i--) await Promise.resolve();
        if (draw.chance(0.2)) await new Promise(resolve => setImmediate(resolve));
      };
      const plain = await play(game, options);
      const slow = await play(game, options, dawdle);
      assert.deepEqual(slow.result.nodes, plain.result.nodes);
      assert.deepEqual(slow.result.collapses, plain.result.collapses);
    }),
    { numRuns: 60 },
  );
});

test('eager search finds the golden paths that the plain order finds, with no more steps', async () => {
  await fc.assert(
    fc.asyncProperty(games, settings, async (game, options) => {
      const plain = await play(game, { ...options, eager: false });
      const eager = await play(game, { ...options, eager: true });
      assert.deepEqual(eager.result.collapses, plain.result.collapses);
      assert.equal(eager.result.reward, plain.result.reward);
      assert.deepEqual(goldenTurns(eager.result), goldenTurns(plain.result));
      const steps = ({ nodes }: Played) => nodes.flatMap(node => node.turns).length;
      assert.ok(steps(eager.result) <= steps(plain.result));
      assert.equal(eager.result.rounds, plain.result.rounds);
    }),
    { numRuns: 300 },
  );
});

type Played = SearchResult<Leaf, string>;

/** What was said on the golden path, up to the last reward. */
const goldenTurns = ({ nodes, collapses }: Played): readonly Turn[] => {
  const last = collapses.at(-1);
  const golden = nodes.filter(node => node.golden);
  return golden.flatMap(node => (node.path === last?.path ? node.turns.slice(0, last.turns) : node.turns));
};

test('an eager search asks users only for what it needs to know', async () => {
  const users = async (options: Partial<SearchOptions>): Promise<number> => {
    let asked = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { result } = await play({ seed, goals: 3, hitChance: 0.1 }, options);
      asked += result.nodes.flatMap(node => node.turns).filter(turn => textOf(turn) === 'user').length;
    }
    return asked;
  };
  const [plain, wide, narrow] = [
    await users({ eager: false }),
    await users({ eager: true, wave: 8 }),
    await users({ eager: true, wave: 1 }),
  ];
  assert.ok(narrow < wide && wide <= plain, `${narrow}, ${wide}, ${plain}`);
});

test('golden nodes are successful, form one line, and every collapse closes goals that were open', async () => {
  await fc.assert(
    fc.asyncProperty(games, settings, async (game, options) => {
      const { result } = await play(game, options);
      for (const node of result.nodes) if (node.golden) assert.ok(node.successful);
      const goldenPaths = result.nodes.filter(node => node.golden).map(node => node.path);
      for (const path of goldenPaths)
        assert.ok(goldenPaths.every(other => other.startsWith(path) || path.startsWith(other)));
      const closed = result.collapses.flatMap(collapse => collapse.goals);
      assert.equal(new Set(closed).size, closed.length);
      assert.equal(closed.length + result.open.length, game.goals);
      assert.equal(result.reward, game.goals === 0 ? 0 : closed.length / game.goals);
    }),
  );
});

test('every line of a finished search says why it ended, and inner nodes do not', async () => {
  await fc.assert(
    fc.asyncProperty(games, settings, async (game, options) => {
      const { result } = await play(game, options);
      const parents = new Set(result.nodes.map(node => node.parent));
      for (const node of result.nodes)
        if (!parents.has(node.path)) assert.ok(node.cause, `leaf "${node.path}" has no cause`);
    }),
  );
});

test('turn-level branching with beam 8 grows 1, 2, 4, 8 and then stays', async () => {
  const { rounds } = await play({ seed: 1, goals: 1, hitChance: 0 }, { beam: 8 });
  const leaves = rounds.slice(0, 3).map(round => round.live.length);
  assert.ok(leaves[0]! <= 2 && leaves[1]! <= 4 && leaves[2]! <= 8);
});

test('mutating branching lets a write be chosen again, and nothing else', async () => {
  /** Goes wrong on every path but those that end with R. */
  const errsOnce = (mutated: boolean): Play<Leaf, string> => ({
    ...gamePlay({ seed: 1, goals: 1, hitChance: 0 }),
    agentStep: async ({ seen }, { path }) => ({
      state: { recent: path.endsWith('R') ? ['g0'] : [], seen: [...seen, path] },
      turn: turn(path),
      status: 'spoke',
      mutated,
    }),
  });
  const search = async (mutated: boolean): Promise<SearchResult<Leaf, string>> => {
    const options: SearchOptions = { ...defaultSearch, branching: 'mutating', maxRounds: 3 };
    const rounds = josh(errsOnce(mutated), start, options);
    for (;;) {
      const next = await rounds.next();
      if (next.done) return next.value;
    }
  };
  const [written, read] = [await search(true), await search(false)];
  assert.equal(written.reward, 1);
  assert.deepEqual(
    written.nodes.map(({ path, cause }) => [path, cause]),
    [
      ['', undefined],
      ['L', 'superseded'],
      ['R', 'goal'],
    ],
  );
  assert.deepEqual([read.reward, read.nodes.length], [0, 1]);
});
