import type { Cause, Turn } from '../dialogue/turn.ts';

/** Goals that the calls of one turn reached while they were open. */
export interface RewardEvent {
  readonly goals: readonly string[];
  /** Index of the turn in its node. */
  readonly turn: number;
  /** False if a sibling was first: the goals then stayed open (josh.md, section 2.2). */
  readonly credited: boolean;
}

/** One node: only what its own turns added. Frozen once the search is over. */
export interface TreeNode {
  /** From the very first root, `''`: one character per fork, `L` and `R`, or with a wider branch factor `0`…`9`, `a`…`z`. */
  readonly path: string;
  readonly parent: string | null;
  readonly turns: readonly Turn[];
  readonly rewards: readonly RewardEvent[];
  /** Why this line ended; absent on inner nodes. */
  readonly cause?: Cause;
}

/**
 * A finished search over one task, whatever policy made it; what a policy knows besides stands in a type of its own
 * (`JoshTree`). Nodes stand in the order in which they were born.
 */
export interface Tree<Node extends TreeNode = TreeNode> {
  readonly task: string;
  readonly taskType: string;
  readonly seed: number;
  readonly systemPrompt: string;
  readonly goals: readonly string[];
  /** Share of the goals reached, or the environment's own final reward. */
  readonly reward: number;
  readonly nodes: readonly Node[];
  readonly rounds: number;
  /** Present if the whole search was cut short: why. */
  readonly fault?: { readonly cause: Cause; readonly message: string };
}

/** The nodes from the root down to `path`. */
export const lineage = <Node extends TreeNode>(tree: Tree<Node>, path: string): readonly Node[] => {
  const byPath = new Map(tree.nodes.map(node => [node.path, node]));
  const line: Node[] = [];
  for (let at: string | null = path; at !== null; ) {
    const node: Node | undefined = byPath.get(at);
    if (!node) throw new Error(`no node ${JSON.stringify(at)} in the tree of ${tree.task}`);
    line.push(node);
    at = node.parent;
  }
  return line.reverse();
};
