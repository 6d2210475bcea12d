/** What JOSH adds to a tree: which lines it kept, and when. */
import type { Tree, TreeNode } from '../tree.ts';

/** A node of a tree that JOSH searched. */
export interface JoshNode extends TreeNode {
  /** Collapses before this node was born: 0 for the first segment. */
  readonly segment: number;
  /** Some leaf at or under it earned a goal in the round in which its segment collapsed. */
  readonly successful: boolean;
  /** On the way to a collapse target. */
  readonly golden: boolean;
}

/** The moment at which a tree fell together to the line that earned a reward. */
export interface Collapse {
  /** The winner, root of what came after. */
  readonly path: string;
  /** How many of the winner's turns lie before the collapse; later ones belong to the next segment. */
  readonly turns: number;
  readonly goals: readonly string[];
  readonly round: number;
}

/** A tree that JOSH searched: where it collapsed, and which line is golden. */
export interface JoshTree extends Tree<JoshNode> {
  readonly collapses: readonly Collapse[];
}
