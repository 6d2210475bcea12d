/** Trees and episodes as the store's rows, and back. */
import type { Turn } from '../../dialogue/turn.ts';
import type { JoshNode, JoshTree } from '../../search/josh/tree.ts';
import type { RewardEvent } from '../../search/tree.ts';
import type { NodeRow, TreeRow } from '../../store/rows.ts';

type Summary = Omit<JoshTree, 'nodes'>;

export const treeRows = (
  within: { readonly run: string; readonly stage: string },
  tree: JoshTree,
): { readonly row: TreeRow; readonly nodes: readonly NodeRow[] } => {
  const { nodes, ...summary } = tree;
  return {
    row: {
      ...within,
      task: tree.task,
      seed: tree.seed,
      reward: tree.reward,
      fault: tree.fault?.cause ?? null,
      summary: JSON.stringify(summary satisfies Summary),
    },
    nodes: nodes.map(node => ({
      path: node.path,
      parent: node.parent,
      segment: node.segment,
      successful: node.successful,
      golden: node.golden,
      cause: node.cause ?? null,
      rewards: JSON.stringify(node.rewards),
      turns: JSON.stringify(node.turns),
    })),
  };
};

export const treeOf = (row: TreeRow, nodes: readonly NodeRow[]): JoshTree => ({
  ...(JSON.parse(row.summary) as Summary),
  nodes: nodes.map(
    (node): JoshNode => ({
      path: node.path,
      parent: node.parent,
      segment: node.segment,
      turns: JSON.parse(node.turns) as Turn[],
      rewards: JSON.parse(node.rewards) as RewardEvent[],
      successful: node.successful,
      golden: node.golden,
      ...(node.cause !== null && { cause: node.cause as NonNullable<JoshNode['cause']> }),
    }),
  ),
});
