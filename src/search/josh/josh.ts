/**
 * JOSH: juxtaposed outcomes for simulation harvesting (arXiv 2409.04617; behaviour as in the reference, josh.md).
 *
 * A conversation is a tree. Each round every live leaf forks while the beam has room, the agent takes its turn on
 * every leaf, and as soon as one leaf's calls reach a goal the tree falls together to that leaf: the winner's line is
 * golden, its siblings are what it is set beside. Then the user answers on the leaves that are left.
 *
 * Read this file from `josh` downwards. It knows no model, no environment and no store: a `Play` plays the parts.
 */
import { isFault, type Turn } from '../../dialogue/turn.ts';
import type { Play } from '../../play/play.ts';
import { agentPhase, idOf } from './agent-phase.ts';
import { forkLine, frozen, type Line, liveLeaves, newLine, preOrder, upTo } from './line.ts';
import { checkOptions, type SearchOptions } from './options.ts';
import type { Collapse, JoshNode } from './tree.ts';
import { createUserPhase } from './user-phase.ts';

export type { Moment, Play, Played } from '../../play/play.ts';
export type { Line } from './line.ts';
export { defaultSearch, type SearchOptions } from './options.ts';

/** A node as it stood when its tree collapsed, before the user answered. */
export interface CollapsedNode<S> {
  readonly state: S;
  readonly successful: boolean;
  readonly golden: boolean;
}

/** What one round did. `before` is the tree that collapsed, with all its branches, in pre-order. */
export interface Round<S, G> {
  readonly number: number;
  readonly reward: number;
  readonly done: boolean;
  readonly collapse?: {
    readonly before: readonly CollapsedNode<S>[];
    readonly target: Line<S>;
    readonly goals: readonly G[];
  };
  readonly root: Line<S>;
  readonly open: readonly G[];
  readonly live: readonly Line<S>[];
  /** What broke this round and with it the search; the reward is then that of the last whole round. */
  readonly raised?: unknown;
}

/** A finished search, as JOSH knows it. */
export interface SearchResult<S, G> {
  readonly reward: number;
  readonly open: readonly G[];
  readonly root: Line<S>;
  /** The leaf that reached the last open goal, if that was a single one. */
  readonly goldenLeaf: Line<S> | null;
  readonly nodes: readonly JoshNode[];
  readonly collapses: readonly Collapse[];
  readonly rounds: number;
  readonly raised?: unknown;
}

/**
 * Searches from `start`, yielding each round as it ends; the tree is the generator's return value.
 *
 * @example
 * // Anything that takes steps can be searched. Here a safe opens on left, right, right.
 * import { defaultSearch, josh } from 'juxta';
 *
 * const turn = text => ({
 *   speaker: 'agent', visible: [], internal: [{ role: 'assistant', content: text }], calls: [],
 *   usage: { inputTokens: 0, outputTokens: 0 },
 * });
 * const play = {
 *   goals: ['the safe is open'],
 *   agentStep: async (turned, { path }) => ({ state: turned + path.at(-1), turn: turn(`Turns ${path.at(-1)}.`), status: 'spoke' }),
 *   userStep: async turned => ({ state: turned, turn: turn('Nothing happens.'), status: 'spoke' }),
 *   hits: (turned, open) => (turned === 'LRR' ? open : []),
 *   close: (open, closed) => ({ left: open.filter(goal => !closed.includes(goal)) }),
 *   outOfTries: state => ({ state, turn: turn('Gives up.') }),
 * };
 * const search = josh(play, { state: '', turns: [] }, { ...defaultSearch, beam: 8 });
 * let round = await search.next();
 * while (!round.done) round = await search.next();
 * const { reward, nodes } = round.value;
 * console.log(reward, nodes.filter(node => node.golden).map(node => node.path).join(' ')); // 1 " L LR LRR"
 */
export async function* josh<S, G extends { readonly id: string } | string>(
  play: Play<S, G>,
  start: { readonly state: S; readonly turns: readonly Turn[] },
  options: SearchOptions,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<Round<S, G>, SearchResult<S, G>> {
  checkOptions(options);
  const total = play.goals.length;
  const born: Line<S>[] = [];
  const collapses: Collapse[] = [];
  let open = play.goals;
  let root = newLine(start.state, '', null, 0);
  root.turns.push(...start.turns);
  born.push(root);
  let goldenLeaf: Line<S> | null = null;
  let reward = 0;
  let rounds = 0;

  const fork = (leaf: Line<S>): Line<S>[] => {
    const children = forkLine(leaf, options.branch, collapses.length);
    born.push(...children);
    return children;
  };
  const users = createUserPhase(play, options, signal);
  const most = Math.floor(options.beam / options.branch);

  let raised: unknown;

  while (rounds < options.maxRounds) {
    rounds++;
    const ended = (done: boolean, more: Partial<Round<S, G>> = {}): Round<S, G> => ({
      number: rounds,
      reward,
      done,
      root,
      open,
      live: liveLeaves(root),
      ...more,
    });

    const live = liveLeaves(root);
    if (live.length === 0) {
      yield ended(true);
      break;
    }
    // All live leaves fork, or none.
    const forking = options.branching !== 'mutating' && (await users.atMost(most, live));
    let stepped = 0;
    const prepare = async (leaves: readonly Line<S>[]): Promise<readonly Line<S>[]> => {
      await users.answer(leaves);
      const alive = leaves.filter(leaf => !leaf.over);
      stepped += alive.length;
      return forking ? alive.flatMap(fork) : alive;
    };
    const scene = { play, options, signal, root, open, fork };
    const { target, hit, goals } = await agentPhase(scene, live, prepare);
    if (stepped === 0) {
      rounds--; // As it turns out, the last round left no leaf alive.
      break;
    }
    let collapse: Round<S, G>['collapse'];
    if (target) {
      if (open.length === 1) goldenLeaf = target;
      for (const leaf of hit) for (const at of upTo(leaf, root)) at.successful = true;
      const closing = play.close(open, goals);
      open = closing.left;
      if (closing.raised) {
        raised = closing.raised;
        yield ended(true, { raised });
        break;
      }
      for (const at of upTo(target, root)) at.golden = true;
      for (const leaf of liveLeaves(root)) if (leaf !== target) leaf.cause = 'superseded';
      collapses.push({
        path: target.path,
        turns: target.turns.length,
        goals: goals.map(idOf),
        round: rounds,
      });
      collapse = { before: preOrder(root).map(collapsed), target, goals };
      root = target;
    }
    const after = collapse && { collapse };
    const rewardBefore = reward;
    reward = total === 0 ? 0 : (total - open.length) / total;
    if (open.length === 0) {
      // A line that failed after it had earned its reward still counts as failed.
      if (target && !isFault(target.cause)) target.cause = 'goal';
      yield ended(true, after);
      break;
    }

    try {
      await users.turn(liveLeaves(root));
    } catch (thrown) {
      raised = thrown;
      reward = rewardBefore;
      yield ended(true, { ...after, raised });
      break;
    }
    const allOver = liveLeaves(root).length === 0;
    yield ended(allOver, after);
    if (allOver) break;
  }

  for (const leaf of liveLeaves(root)) leaf.cause ??= 'turn-limit';
  return {
    reward,
    open,
    root,
    goldenLeaf,
    nodes: born.map(frozen),
    collapses,
    rounds,
    ...(raised !== undefined && { raised }),
  };
}

const collapsed = <S>({ state, successful, golden }: Line<S>): CollapsedNode<S> => ({
  state,
  successful,
  golden,
});
