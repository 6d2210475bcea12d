/** The agent's turn on the live leaves of a tree: a number of tries, until a leaf's calls reach a goal (josh.md, 2.2). */

import { isFault } from '../../dialogue/turn.ts';
import type { Play, Played } from '../../play/play.ts';
import { orFault, PlayFault } from '../../play/play-fault.ts';
import { end, type Line, liveLeaves, momentOf, write } from './line.ts';
import type { SearchOptions } from './options.ts';

/** A search at the start of an agent's turn. */
export interface Scene<S, G> {
  readonly play: Play<S, G>;
  readonly options: SearchOptions;
  readonly signal: AbortSignal;
  readonly root: Line<S>;
  readonly open: readonly G[];
  readonly fork: (leaf: Line<S>) => Line<S>[];
}

export interface AgentPhase<S, G> {
  /** The first leaf, by try and then from the left, whose calls reached an open goal. */
  readonly target: Line<S> | undefined;
  /** The goals that it reached. */
  readonly goals: readonly G[];
  /** All leaves that reached an open goal in this round. */
  readonly hit: readonly Line<S>[];
}

interface Step<S, G> {
  readonly leaf: Line<S>;
  readonly played: Played<S>;
  /** Open goals that it reaches. */
  readonly goals: readonly G[];
}

/**
 * @param leaves whose turn it is
 * @param prepare makes some of them ready for their first step: what it returns is stepped in their place
 */
export const agentPhase = async <S, G extends { readonly id: string } | string>(
  scene: Scene<S, G>,
  leaves: readonly Line<S>[],
  prepare: (leaves: readonly Line<S>[]) => Promise<readonly Line<S>[]>,
): Promise<AgentPhase<S, G>> => {
  const { play, options } = scene;
  const hit: Line<S>[] = [];
  let target: Line<S> | undefined;
  let credited: readonly G[] = [];
  let unfinished = leaves;
  for (let tries = 1; tries <= options.maxTries && unfinished.length > 0; tries++) {
    // Once there is a winner, a fork could change nothing any more.
    const branching = target ? 'turn' : options.branching;
    if (branching === 'action' && tries > 1) unfinished = forkIfRoom(scene, unfinished);
    const ready = tries === 1 ? prepare : async (wave: readonly Line<S>[]) => wave;
    const stepped = await stepInWaves(scene, unfinished, ready, branching === 'mutating');
    unfinished = stepped.filter(({ played }) => played.status === 'acting').map(({ leaf }) => leaf);
    for (const { leaf, played } of stepped)
      if (played.status === 'over') end(leaf, played.cause ?? 'agent-error');
    for (const { leaf, goals } of stepped) {
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
    if (tries === options.maxTries) {
      const sorry = options.outOfTries === 'all' ? stepped.map(({ leaf }) => leaf) : unfinished;
      for (const leaf of sorry) write(leaf, play.outOfTries(leaf.state));
    }
    // No other leaf can win any more: with `eager` only the winner finishes its turn.
    if (options.eager && target) unfinished = unfinished.filter(leaf => leaf === target);
  }
  return { target, goals: credited, hit };
};

export const idOf = (goal: { readonly id: string } | string): string =>
  typeof goal === 'string' ? goal : goal.id;

/** One step on each leaf; with `eager`, a few leaves at a time, until one reaches a goal. */
const stepInWaves = async <S, G>(
  scene: Scene<S, G>,
  leaves: readonly Line<S>[],
  ready: (wave: readonly Line<S>[]) => Promise<readonly Line<S>[]>,
  forkBeforeWrites: boolean,
): Promise<readonly Step<S, G>[]> => {
  const { options } = scene;
  const stepped: Step<S, G>[] = [];
  const size = options.eager ? options.wave : leaves.length;
  for (let from = 0; from < leaves.length; from += size) {
    const wave = await ready(leaves.slice(from, from + size));
    const steps = await stepTogether(scene, wave);
    stepped.push(...(forkBeforeWrites ? await stepAgain(scene, steps) : steps.map(commit)));
    if (options.eager && stepped.some(({ goals }) => goals.length > 0)) break;
  }
  return stepped;
};

/** One step on a leaf, judged. A line of which the environment cannot tell what it reached is over, and reached nothing. */
const stepOn = async <S, G>(
  { play, open }: Scene<S, G>,
  leaf: Line<S>,
  signal: AbortSignal,
): Promise<Step<S, G>> => {
  const played = await play.agentStep(leaf.state, momentOf(leaf), signal);
  if (isFault(played.cause)) return { leaf, played, goals: [] };
  const goals = orFault(() => play.hits(played.state, open));
  if (!(goals instanceof PlayFault)) return { leaf, played, goals };
  const turn = { ...played.turn, error: goals.message };
  return { leaf, played: { ...played, turn, status: 'over', cause: goals.ends }, goals: [] };
};

/** One step on each of the leaves, concurrently; the results stand from left to right, and are not yet written down. */
const stepTogether = async <S, G>(
  scene: Scene<S, G>,
  leaves: readonly Line<S>[],
): Promise<readonly Step<S, G>[]> => {
  const { options, signal } = scene;
  const stops = leaves.map(() => new AbortController());
  let winner = leaves.length;
  const results = await Promise.all(
    leaves.map(async (leaf, i) => {
      const stop = options.eager ? AbortSignal.any([signal, stops[i]!.signal]) : signal;
      const step = await stepOn(scene, leaf, stop);
      if (options.eager && i < winner && step.goals.length > 0) {
        winner = i;
        for (const right of stops.slice(i + 1)) right.abort();
      }
      return step;
    }),
  );
  // Whether a stopped leaf had finished by then is a matter of timing: all to the winner's right are as if unstepped.
  return results.slice(0, winner + 1);
};

/** The fork comes just before a write: the first child keeps what was chosen, the others choose again. */
const stepAgain = async <S, G>(
  scene: Scene<S, G>,
  steps: readonly Step<S, G>[],
): Promise<readonly Step<S, G>[]> => {
  const { options, signal, root, fork } = scene;
  const again: Line<S>[] = [];
  const committed = steps.map(step => {
    const { leaf, played } = step;
    const room = liveLeaves(root).length + options.branch - 1 <= options.beam;
    if (!played.mutated || !room) return commit(step);
    const [first, ...others] = fork(leaf);
    again.push(...others);
    return commit({ ...step, leaf: first! });
  });
  const chosen = await Promise.all(again.map(leaf => stepOn(scene, leaf, signal)));
  return [...committed, ...chosen.map(commit)].sort((a, b) => (a.leaf.path < b.leaf.path ? -1 : 1));
};

const commit = <S, G>(step: Step<S, G>): Step<S, G> => {
  write(step.leaf, step.played);
  return step;
};

const forkIfRoom = <S, G>(
  { root, options, fork }: Scene<S, G>,
  unfinished: readonly Line<S>[],
): readonly Line<S>[] => {
  const more = unfinished.length * (options.branch - 1);
  return liveLeaves(root).length + more <= options.beam ? unfinished.flatMap(fork) : unfinished;
};
