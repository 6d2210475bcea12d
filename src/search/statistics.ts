/** What the nodes of a tree cost and earned. Derived on demand: none of it is stored. */
import { addUsage, isFault, noUsage, type Usage } from '../dialogue/turn.ts';
import type { Tree, TreeNode } from './tree.ts';

/** What is known of a node from the lines below it. */
export interface NodeStatistics {
  /** Of the node's own turns. */
  readonly usage: Usage;
  /** Calls that the agent made in the node's own turns: a user may have tools of its own. */
  readonly calls: number;
  /** Lines that end at or under it, without those that a fault ended. */
  readonly lines: number;
  /** Lines at or under it that a fault ended. */
  readonly faults: number;
  /** Mean over those lines of the goals that are reached from here on, credited or not: the node's empirical return. */
  readonly return: number;
}

/** The statistics of each node, by its path. */
export const nodeStatistics = (tree: Tree): ReadonlyMap<string, NodeStatistics> => {
  const children = Map.groupBy(tree.nodes, node => node.parent);
  const statistics = new Map<string, NodeStatistics>();
  // Children are born after their parents, so from the last node on each one's children are known.
  for (const node of tree.nodes.toReversed()) {
    const under = (children.get(node.path) ?? []).map(child => statistics.get(child.path)!);
    statistics.set(node.path, statisticsOf(node, under));
  }
  return statistics;
};

const statisticsOf = (node: TreeNode, under: readonly NodeStatistics[]): NodeStatistics => {
  const ends = under.length === 0;
  const faulty = ends && isFault(node.cause);
  const lines = ends ? (faulty ? 0 : 1) : sum(under, ({ lines }) => lines);
  const later = lines === 0 || ends ? 0 : sum(under, child => child.lines * child.return) / lines;
  const own = new Set(node.rewards.flatMap(({ goals }) => goals)).size;
  return {
    usage: node.turns.reduce((total, turn) => addUsage(total, turn.usage), noUsage),
    calls: sum(node.turns, turn => (turn.speaker === 'agent' ? turn.calls.length : 0)),
    lines,
    faults: ends ? (faulty ? 1 : 0) : sum(under, ({ faults }) => faults),
    return: lines === 0 ? 0 : own + later,
  };
};

const sum = <T>(list: readonly T[], of: (one: T) => number): number =>
  list.reduce((total, one) => total + of(one), 0);
