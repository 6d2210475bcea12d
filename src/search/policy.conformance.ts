/** The laws of the `SearchPolicy` port, as a suite for every implementation: random games, any timing, faults anywhere. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as later } from 'node:timers/promises';
import fc from 'fast-check';
import { random } from '../base/random.ts';
import { isFault, noUsage, type Turn } from '../dialogue/turn.ts';
import type { Play, Played } from '../play/play.ts';
import type { PolicyResult, SearchPolicy } from './policy.ts';
import type { TreeNode } from './tree.ts';

interface Leaf {
  readonly recent: readonly string[];
}

interface Game {
  readonly seed: number;
  readonly goals: number;
  /** How often a step reaches a goal, speaks, and fails. */
  readonly hit: number;
  readonly speak: number;
  readonly fault: number;
}

export interface PolicySubject<Options> {
  /** Settings to be tried: each law is held to all of them. */
  readonly options: fc.Arbitrary<Options>;
  /** Most live leaves and rounds that such settings allow. */
  limits(options: Options): { readonly leaves: number; readonly rounds: number };
}

const turn = (text: string): Turn => ({
  speaker: 'agent',
  visible: [],
  internal: [{ role: 'assistant', content: text }],
  calls: [],
  usage: noUsage,
});

/** What a step does depends on the game, its place in the tree and the number of its turn alone; when it ends, on `timing`. */
const playOf = ({ seed, goals, hit, speak, fault }: Game, timing: number): Play<Leaf, string> => {
  const names = Array.from({ length: goals }, (_, i) => `goal ${i}`);
  const delays = random(timing);
  const step = async (
    who: string,
    { path, index }: { path: string; index: number },
  ): Promise<Played<Leaf>> => {
    for (let ticks = delays.below(4); ticks > 0; ticks--) await later();
    const draws = random(seed, who, path, index);
    const said = turn(`${who} ${path} ${index}`);
    if (draws.chance(fault))
      return {
        state: { recent: [] },
        turn: { ...said, error: 'broken' },
        status: 'over',
        cause: 'infrastructure-fault',
      };
    const recent = who === 'agent' && draws.chance(hit) ? [draws.pick(names)] : [];
    const status = who === 'user' || draws.chance(speak) ? 'spoke' : 'acting';
    return { state: { recent }, turn: said, status, mutated: draws.chance(0.5) };
  };
  return {
    goals: names,
    agentStep: (_, at) => step('agent', at),
    userStep: (_, at) => step('user', at),
    hits: ({ recent }, open) => open.filter(goal => recent.includes(goal)),
    close: (open, closed) => ({ left: open.filter(goal => !closed.includes(goal)) }),
    outOfTries: state => ({ state, turn: turn('sorry') }),
  };
};

const games: fc.Arbitrary<Game> = fc.record({
  seed: fc.nat(),
  goals: fc.integer({ min: 1, max: 4 }),
  hit: fc.constantFrom(0, 0.1, 0.3, 0.8),
  speak: fc.constantFrom(0.2, 0.5, 1),
  fault: fc.constantFrom(0, 0.1, 0.5),
});

/** @example policyConformance(joshPolicy, { options: …, limits: ({ beam, maxRounds }) => ({ leaves: beam, rounds: maxRounds }) }) */
export const policyConformance = <Options, Node extends TreeNode, More extends object>(
  policy: SearchPolicy<Options, Node, More>,
  { options, limits }: PolicySubject<Options>,
): void => {
  type Result = PolicyResult<Leaf, string, Node> & More;
  const start = { state: { recent: [] }, turns: [turn('hello')] };

  const search = async (
    game: Game,
    settings: Options,
    timing = 0,
    watch: (live: number) => void = () => undefined,
  ) => {
    const rounds = policy.search(playOf(game, timing), start, settings);
    let next = await rounds.next();
    for (; !next.done; next = await rounds.next()) watch(next.value.live.length);
    return next.value as Result;
  };
  /** A game whose steps fail once the signal has fired, as requests to a model do. */
  const stopped = (game: Game, stop: AbortController, after: number) => {
    const play = playOf(game, 1);
    let begun = 0;
    let late = 0;
    const heeding =
      (step: (typeof play)['agentStep']): (typeof play)['agentStep'] =>
      async (state, at, signal) => {
        if (begun++ === after) stop.abort();
        if (!signal.aborted) return step(state, at, signal);
        late++;
        const said = { ...turn('cut short'), error: 'aborted' };
        return { state: { recent: [] }, turn: said, status: 'over', cause: 'infrastructure-fault' };
      };
    const heeded = { ...play, agentStep: heeding(play.agentStep), userStep: heeding(play.userStep) };
    return { play: heeded, late: () => late };
  };
  const law = (title: string, holds: (game: Game, settings: Options) => Promise<void>): void => {
    it(title, () => fc.assert(fc.asyncProperty(games, options, holds), { numRuns: 60 }));
  };

  describe(`the laws of search policies: ${policy.name}`, () => {
    law('the same game gives the same nodes, however long its steps take', async (game, settings) => {
      const { nodes, reward } = await search(game, settings, 1);
      const again = await search(game, settings, 2);
      assert.deepEqual(again.nodes, nodes);
      assert.equal(again.reward, reward);
    });

    law('paths are unique, and parents are born before their children', async (game, settings) => {
      const born = new Set<string>();
      for (const { path, parent } of (await search(game, settings)).nodes) {
        assert.ok(!born.has(path), `two nodes ${JSON.stringify(path)}`);
        assert.ok(
          parent === null ? born.size === 0 : born.has(parent),
          `${path} before its parent ${parent}`,
        );
        born.add(path);
      }
    });

    law('every line ends with a cause, and inner nodes have none that is a fault', async (game, settings) => {
      const { nodes } = await search(game, settings);
      const parents = new Set(nodes.map(node => node.parent));
      for (const { path, cause } of nodes)
        if (parents.has(path)) assert.ok(!isFault(cause), `${path}: ${cause}`);
        else assert.notEqual(cause, undefined, `${path} has no cause`);
    });

    law('a fault earns nothing and ends its own line alone', async (game, settings) => {
      const { nodes, raised } = await search(game, settings);
      assert.equal(raised, undefined);
      for (const { path, cause, turns, rewards } of nodes) {
        const broken = turns.findIndex(({ error }) => error !== undefined);
        if (broken < 0) continue;
        assert.equal(cause, 'infrastructure-fault', path);
        assert.ok(
          rewards.every(reward => reward.turn < broken),
          `${path} earned by a fault`,
        );
      }
    });

    law('the reward is the share of the goals that are closed', async (game, settings) => {
      const { reward, open } = await search(game, settings);
      assert.equal(reward, (game.goals - open.length) / game.goals);
    });

    law(
      'no more leaves live and no more rounds are played than the settings allow',
      async (game, settings) => {
        const { leaves, rounds } = limits(settings);
        let most = 0;
        const result = await search(game, settings, 0, live => {
          most = Math.max(most, live);
        });
        assert.ok(most <= leaves, `${most} leaves`);
        assert.ok(result.rounds <= rounds, `${result.rounds} rounds`);
      },
    );

    law(
      'once the signal fires, no line goes on beyond its turn, and each has a cause',
      async (game, settings) => {
        const stop = new AbortController();
        const { play, late } = stopped(game, stop, game.seed % 12);
        const rounds = policy.search(play, start, settings, stop.signal);
        let next = await rounds.next();
        while (!next.done) next = await rounds.next();
        assert.ok(late() <= 2 * limits(settings).leaves, `${late()} steps after the signal`);
        const parents = new Set(next.value.nodes.map(node => node.parent));
        for (const { path, cause } of next.value.nodes)
          if (!parents.has(path)) assert.notEqual(cause, undefined, `${path} has no cause`);
      },
    );

    it('gives a search that never began one node with its cause', () => {
      const { nodes } = policy.unbegun(turn('hello'), 'user-fault');
      assert.deepEqual(
        nodes.map(({ path, parent, cause }) => ({ path, parent, cause })),
        [{ path: '', parent: null, cause: 'user-fault' }],
      );
    });
  });
};
