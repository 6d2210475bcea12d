/** Nodes of a tree while its search is under way. */
import type { Cause, Turn } from '../../dialogue/turn.ts';
import type { Moment } from '../../play/play.ts';
import type { RewardEvent } from '../tree.ts';
import { childNames } from './options.ts';
import type { JoshNode } from './tree.ts';

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

export const newLine = <S>(state: S, path: string, parent: Line<S> | null, segment: number): Line<S> => ({
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

/** Gives a leaf children that share its state. */
export const forkLine = <S>(leaf: Line<S>, branch: number, segment: number): Line<S>[] => {
  leaf.children = childNames(branch).map(name => newLine(leaf.state, leaf.path + name, leaf, segment));
  return leaf.children;
};

export const momentOf = <S>(leaf: Line<S>): Moment => ({ path: leaf.path, index: leaf.turns.length });

/** Writes into a leaf what was played on it. */
export const write = <S>(
  leaf: Line<S>,
  { state, turn }: { readonly state: S; readonly turn: Turn },
): void => {
  leaf.state = state;
  leaf.turns.push(turn);
};

export const end = <S>(leaf: Line<S>, cause: Cause): void => {
  leaf.over = true;
  leaf.cause = cause;
};

/** Live leaves under a node, from left to right: childless nodes that are not over. */
export const liveLeaves = <S>(node: Line<S>): Line<S>[] =>
  node.children.length > 0 ? node.children.flatMap(liveLeaves) : node.over ? [] : [node];

/** A node and all under it: itself, then its children's trees from left to right. */
export const preOrder = <S>(node: Line<S>): Line<S>[] => [node, ...node.children.flatMap(preOrder)];

/** From a leaf up to the present root, both included. */
export const upTo = <S>(leaf: Line<S>, root: Line<S>): Line<S>[] => {
  const way = [leaf];
  for (let at = leaf; at !== root && at.parent; at = at.parent) way.push(at.parent);
  return way;
};

export const frozen = <S>(node: Line<S>): JoshNode =>
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
