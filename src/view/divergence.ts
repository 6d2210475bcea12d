import type { Turn } from '../dialogue/turn.ts';
import { isFault } from '../dialogue/turn.ts';
import type { Collapse, JoshNode, JoshTree } from '../search/josh/tree.ts';
import { lineage } from '../search/tree.ts';
import type { ReportedExample } from './report-data.ts';

interface Candidate {
  readonly golden: readonly JoshNode[];
  readonly failed: readonly JoshNode[];
  readonly shared: readonly JoshNode[];
  readonly collapse: Collapse;
}

/** The leftmost line from a node down to a leaf. */
const lineBelow = (tree: JoshTree, node: JoshNode): readonly JoshNode[] => {
  const child = tree.nodes
    .filter(other => other.parent === node.path && other.segment === node.segment)
    .sort((a, b) => (a.path < b.path ? -1 : 1))[0];
  return child ? [node, ...lineBelow(tree, child)] : [node];
};

const candidatesOf = (tree: JoshTree, collapse: Collapse): readonly Candidate[] => {
  const line = lineage(tree, collapse.path);
  const segment = line.at(-1)!.segment;
  return line.flatMap((node, depth) => {
    if (node.parent === null || node.segment !== segment) return [];
    return tree.nodes
      .filter(other => other.parent === node.parent && other !== node && !other.successful)
      .map(sibling => ({
        collapse,
        shared: line.slice(0, depth),
        golden: line.slice(depth),
        failed: lineBelow(tree, sibling),
      }))
      .filter(({ failed }) => !isFault(failed.at(-1)!.cause));
  });
};

const turnsOf = (nodes: readonly JoshNode[]): readonly Turn[] => nodes.flatMap(node => node.turns);

/**
 * The most telling fork of a tree: a golden path beside a sibling that earned nothing and was ended by no fault. Forks whose
 * losing side called a tool come first, then late ones, where both sides share the longest history.
 * Undefined if the tree has no such fork.
 */
export const divergence = (tree: JoshTree, instructions: readonly string[]): ReportedExample | undefined => {
  const candidates = tree.collapses
    .flatMap(collapse => candidatesOf(tree, collapse))
    .map(candidate => ({
      candidate,
      calls: turnsOf(candidate.failed).some(turn => turn.calls.length > 0),
      depth: candidate.shared.length,
    }))
    .sort((a, b) => Number(b.calls) - Number(a.calls) || b.depth - a.depth);
  const best = candidates[0]?.candidate;
  if (!best) return undefined;
  const { shared, golden, failed, collapse } = best;
  const winner = golden.at(-1)!;
  return {
    task: tree.task,
    instructions,
    shared: turnsOf(shared),
    golden: [...turnsOf(golden.slice(0, -1)), ...winner.turns.slice(0, collapse.turns)],
    failed: turnsOf(failed),
    goals: collapse.goals,
    failedBecause: failed.at(-1)!.cause ?? 'superseded',
  };
};
