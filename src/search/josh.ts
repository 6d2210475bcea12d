/**
 * JOSH: juxtaposed outcomes for simulation harvesting (arXiv 2409.04617; behaviour as in the reference, josh.md).
 *
 * A conversation is a tree. Each round every live leaf forks while the beam has room, the agent takes its turn on
 * every leaf, and as soon as one leaf's calls reach a goal the tree falls together to that leaf: the winner's line is
 * golden, its siblings are what it is set beside. Then the user answers on the leaves that are left.
 *
 * Read this file from `josh` downwards. It knows no model, no environment and no store: a `Play` plays the parts.
 */
import type { Cause, Turn } from '../dialogue/turn.ts';
import type { Collapse, RewardEvent, TreeNode } from './tree.ts';

/** Where in the tree a step happens: names its random stream, so that the order of steps does not matter. */
export interface Moment {
  readonly path: string;
  /** Turns that the node holds already. */
  readonly index: number;
}

export interface Played<S> {
  readonly state: S;
  readonly turn: Turn;
  /** `spoke`: the turn is over; `acting`: step again; `over`: this line has ended, for the given cause. */
  readonly status: 'spoke' | 'acting' | 'over';
  readonly cause?: Cause;
  /** True if a call of this step could change the environment's state. */
  readonly mutated?: boolean;
  /** What a user's step threw, if it did; this line is then over. */
  readonly thrown?: unknown;
}

/** What the search plays with. States are immutable: a fork keeps a reference. Steps do not throw. */
export interface Play<S, G> {
  readonly goals: readonly G[];
  agentStep(state: S, at: Moment, signal: AbortSignal): Promise<Played<S>>;
  userStep(state: S, at: Moment, signal: AbortSignal): Promise<Played<S>>;
  /** The goals that the leaf's recent calls reach, to be closed if it wins. */
  hits(state: S, open: readonly G[]): readonly G[];
  /** The open goals without the closed ones. The reference's basic rewards raise halfway on a repeated hit. */
  close(open: readonly G[], closed: readonly G[]): { readonly left: readonly G[]; readonly raised?: Error };
  /** The leaf has used up its tries. */
  outOfTries(state: S): { readonly state: S; readonly turn: Turn };
}

export interface SearchOptions {
  /** Most live leaves. */
  readonly beam: number;
  /** Children per fork. */
  readonly branch: number;
  /**
   * When leaves fork: `turn`, before an agent's turn; `action`, before each of its steps; `mutating`, just before a
   * step that calls a tool that writes.
   */
  readonly branching: 'turn' | 'action' | 'mutating';
  /** Most agent steps per turn. */
  readonly maxTries: number;
  readonly maxRounds: number;
  /**
   * Stop the leaves to the right of the first rewarded one; those to its left are awaited, so that the winner stays
   * the one that the plain order names.
   */
  readonly eager: boolean;
  /** What a user that threw ends: its `leaf`, or, as in the reference, the whole `search`. */
  readonly userErrors: 'leaf' | 'search';
}

export const defaultSearch: SearchOptions = {
  beam: 8,
  branch: 2,
  branching: 'turn',
  maxTries: 20,
  maxRounds: 15,
  eager: false,
  userErrors: 'leaf',
};

/** A node while the search is under way. */
export interface Line<S> {
  readonly path: string;
  readonly parent: Line<S> | null;
  readonly segment: number;
  readonly turns: Turn[];
  readonly rewards: RewardEvent[];
  children: Line<S>[];
  state: S;
  over: boolean;
  cause: Cause | undefined;
  successful: boolean;
  golden: boolean;
}

/** What one round did. `before` is the root of the tree that collapsed, with all its branches still in place. */
export interface Round<S, G> {
  readonly number: number;
  readonly reward: number;
  readonly done: boolean;
  readonly collapse?: { readonly before: Line<S>; readonly target: Line<S>; readonly goals: readonly G[] };
  readonly root: Line<S>;
  readonly open: readonly G[];
  readonly live: readonly Line<S>[];
  /** What broke this round and with it the search; the reward is then that of the last whole round. */
  readonly raised?: unknown;
}

export interface SearchResult<S, G> {
  readonly reward: number;
  readonly open: readonly G[];
  readonly root: Line<S>;
  /** The leaf that reached the last open goal, if that was a single one. */
  readonly goldenLeaf: Line<S> | null;
  readonly nodes: readonly TreeNode[];
  readonly collapses: readonly Collapse[];
  readonly rounds: number;
  readonly raised?: unknown;
}

/** Searches from `start`, yielding each round as it ends; the tree is the generator's return value. */
export async function* josh<S, G extends { readonly id: string } | string>(
  play: Play<S, G>,
  start: { readonly state: S; readonly turns: readonly Turn[] },
  options: SearchOptions,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<Round<S, G>, SearchResult<S, G>> {
  const total = play.goals.length;
  const born: Line<S>[] = [];
  const collapses: Collapse[] = [];
  let open = play.goals;
  let root = line(start.state, '', null, 0);
  root.turns.push(...start.turns);
  born.push(root);
  let goldenLeaf: Line<S> | null = null;
  let reward = 0;
  let rounds = 0;

  const fork = (leaf: Line<S>): Line<S>[] => {
    leaf.children = Array.from({ length: options.branch }, (_, i) =>
      line(leaf.state, leaf.path + childName(i, options.branch), leaf, collapses.length),
    );
    born.push(...leaf.children);
    return leaf.children;
  };

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
    if (options.branching !== 'mutating' && options.branch * live.length <= options.beam) live.forEach(fork);

    const { target, hit, goals } = await agentPhase(play, root, open, options, fork, signal);
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
      collapse = { before: root, target, goals };
      root = target;
    }
    const after = collapse && { collapse };
    const rewardBefore = reward;
    reward = total === 0 ? 0 : (total - open.length) / total;
    if (open.length === 0) {
      if (target) target.cause = 'goal';
      yield ended(true, after);
      break;
    }

    try {
      await userPhase(play, liveLeaves(root), options, signal);
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

interface Phase<S, G> {
  /** The first leaf, by try and then from the left, whose calls reached an open goal. */
  readonly target: Line<S> | undefined;
  /** The goals that it reached. */
  readonly goals: readonly G[];
  /** All leaves that reached an open goal in this round. */
  readonly hit: readonly Line<S>[];
}

/** The agent's turn on every live leaf: up to `maxTries` steps each, all leaves of a try at the same time. */
const agentPhase = async <S, G extends { readonly id: string } | string>(
  play: Play<S, G>,
  root: Line<S>,
  open: readonly G[],
  options: SearchOptions,
  fork: (leaf: Line<S>) => Line<S>[],
  signal: AbortSignal,
): Promise<Phase<S, G>> => {
  const hit: Line<S>[] = [];
  let target: Line<S> | undefined;
  let credited: readonly G[] = [];
  let unfinished = liveLeaves(root);
  for (let tries = 1; tries <= options.maxTries && unfinished.length > 0; tries++) {
    // Once there is a winner, a fork could change nothing any more.
    const branching = target ? 'turn' : options.branching;
    if (branching === 'action' && tries > 1) unfinished = forkIfRoom(root, unfinished, options, fork);
    const stepped = await stepLeaves(play, root, unfinished, open, { ...options, branching }, fork, signal);
    unfinished = [];
    for (const { leaf, played } of stepped) {
      if (played.status === 'acting') unfinished.push(leaf);
      if (played.status === 'over') end(leaf, played.cause ?? 'agent-error');
    }
    for (const { leaf } of stepped) {
      const goals = play.hits(leaf.state, open);
      if (goals.length === 0) continue;
      hit.push(leaf);
      const first = target === undefined;
      leaf.rewards.push({
        goals: [...new Set(goals.map(idOf))],
        turn: leaf.turns.length - 1,
        credited: first,
      });
      if (!first) continue;
      target = leaf;
      credited = goals;
    }
    if (tries === options.maxTries)
      for (const { leaf } of stepped) {
        const { state, turn } = play.outOfTries(leaf.state);
        leaf.state = state;
        leaf.turns.push(turn);
      }
    // No other leaf can win any more: with `eager` only the winner finishes its turn.
    if (options.eager && target) unfinished = unfinished.filter(leaf => leaf === target);
  }
  return { target, goals: credited, hit };
};

/** One step on each of the leaves, concurrently; the results stand from left to right. */
const stepLeaves = async <S, G extends { readonly id: string } | string>(
  play: Play<S, G>,
  root: Line<S>,
  leaves: readonly Line<S>[],
  open: readonly G[],
  options: SearchOptions,
  fork: (leaf: Line<S>) => Line<S>[],
  signal: AbortSignal,
): Promise<readonly { leaf: Line<S>; played: Played<S> }[]> => {
  const stops = leaves.map(() => new AbortController());
  let winner = leaves.length;
  const results = await Promise.all(
    leaves.map(async (leaf, i) => {
      const stop = options.eager ? AbortSignal.any([signal, stops[i]!.signal]) : signal;
      const played = await play.agentStep(leaf.state, momentOf(leaf), stop);
      if (options.eager && i < winner && play.hits(played.state, open).length > 0) {
        winner = i;
        for (const right of stops.slice(i + 1)) right.abort();
      }
      return { leaf, played };
    }),
  );
  // Whether a stopped leaf had finished by then is a matter of timing: all to the winner's right are as if unstepped.
  const kept = results.slice(0, winner + 1);
  if (options.branching !== 'mutating') return kept.map(commit);

  // The fork comes just before the write: the first child keeps what was chosen, the others choose again.
  const again: Line<S>[] = [];
  const committed = kept.map(({ leaf, played }) => {
    const room = liveLeaves(root).length + options.branch - 1 <= options.beam;
    if (!played.mutated || !room) return commit({ leaf, played });
    const [first, ...others] = fork(leaf);
    again.push(...others);
    return commit({ leaf: first!, played });
  });
  const chosen = await Promise.all(
    again.map(async leaf => ({ leaf, played: await play.agentStep(leaf.state, momentOf(leaf), signal) })),
  );
  return [...committed, ...chosen.map(commit)].sort((a, b) => (a.leaf.path < b.leaf.path ? -1 : 1));
};

/** Writes a step into its node. */
const commit = <S>(step: { leaf: Line<S>; played: Played<S> }): { leaf: Line<S>; played: Played<S> } => {
  step.leaf.state = step.played.state;
  step.leaf.turns.push(step.played.turn);
  return step;
};

const forkIfRoom = <S>(
  root: Line<S>,
  unfinished: readonly Line<S>[],
  options: SearchOptions,
  fork: (leaf: Line<S>) => Line<S>[],
): Line<S>[] => {
  const more = unfinished.length * (options.branch - 1);
  return liveLeaves(root).length + more <= options.beam ? unfinished.flatMap(fork) : [...unfinished];
};

/** The user's answer on every live leaf, concurrently; taken over from left to right. */
const userPhase = async <S, G>(
  play: Play<S, G>,
  leaves: readonly Line<S>[],
  options: SearchOptions,
  signal: AbortSignal,
): Promise<void> => {
  const answers = await Promise.all(leaves.map(leaf => play.userStep(leaf.state, momentOf(leaf), signal)));
  for (const [i, played] of answers.entries()) {
    const leaf = leaves[i]!;
    // The reference asks one leaf after another, and the first exception leaves the rest unasked.
    if (options.userErrors === 'search' && played.thrown !== undefined) throw played.thrown;
    commit({ leaf, played });
    if (played.status === 'over') end(leaf, played.cause ?? 'user-ended');
  }
};

const line = <S>(state: S, path: string, parent: Line<S> | null, segment: number): Line<S> => ({
  path,
  parent,
  segment,
  turns: [],
  rewards: [],
  children: [],
  state,
  over: false,
  cause: undefined,
  successful: false,
  golden: false,
});

const childName = (i: number, branch: number): string => (branch === 2 ? 'LR'[i]! : String(i));

const momentOf = <S>(leaf: Line<S>): Moment => ({ path: leaf.path, index: leaf.turns.length });

const end = <S>(leaf: Line<S>, cause: Cause): void => {
  leaf.over = true;
  leaf.cause = cause;
};

const idOf = (goal: { readonly id: string } | string): string => (typeof goal === 'string' ? goal : goal.id);

/** Live leaves under a node, from left to right: childless nodes that are not over. */
export const liveLeaves = <S>(node: Line<S>): Line<S>[] =>
  node.children.length > 0 ? node.children.flatMap(liveLeaves) : node.over ? [] : [node];

/** From a leaf up to the present root, both included. */
const upTo = <S>(leaf: Line<S>, root: Line<S>): Line<S>[] => {
  const way = [leaf];
  for (let at = leaf; at !== root && at.parent; at = at.parent) way.push(at.parent);
  return way;
};

const frozen = <S>(node: Line<S>): TreeNode =>
  Object.freeze({
    path: node.path,
    parent: node.parent?.path ?? null,
    segment: node.segment,
    turns: node.turns,
    rewards: node.rewards,
    successful: node.successful,
    golden: node.golden,
    ...(node.cause !== undefined && { cause: node.cause }),
  });
