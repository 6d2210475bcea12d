/** Which lines of a tree are examples of what to do, and which of what not to do. */
import type { SystemMessage } from '../dialogue/message.ts';
import { isFault } from '../dialogue/turn.ts';
import type { Collapse, JoshNode, JoshTree } from '../search/josh/tree.ts';
import { firstOf, type NodeTranscript, type Transcript, trimmed } from './transcript.ts';

export interface GoldenPath extends Transcript {
  /** The target of the last collapse. */
  readonly path: string;
}

/** The conversation up to the end of the turn that earned the last reward; undefined if nothing was earned. */
export const goldenPath = (
  tree: JoshTree,
  transcripts: ReadonlyMap<string, NodeTranscript>,
): GoldenPath | undefined => {
  const last = tree.collapses.at(-1);
  if (!last) return undefined;
  return { path: last.path, ...trimmed(transcriptAt(last, transcripts.get(last.path)!)) };
};

/** The transcript of a collapse's winner at that moment: its later turns belong to the next segment. */
export const transcriptAt = ({ turns }: Collapse, { node, own, ...whole }: NodeTranscript): Transcript => {
  const added = node.turns.slice(0, turns).reduce((sum, turn) => sum + turn.internal.length, 0);
  return firstOf(whole, own + added);
};

export interface Losers {
  /** Neither successful nor golden, in the order in which the reference harvests them: by segment, then pre-order. */
  readonly lost: readonly JoshNode[];
  /** Those that would be losers, had they not ended through a fault that is not the agent's. */
  readonly faulty: readonly JoshNode[];
}

/**
 * The nodes that may become negative examples. What came after the last collapse was set beside nothing (josh.md,
 * section 3), and a branch all of whose ends are faults that are not the agent's says nothing of it.
 */
export const losers = (tree: JoshTree): Losers => {
  const parents = new Set(tree.nodes.map(node => node.parent));
  const answerable = new Set<string>();
  // Children are born after their parent, so backwards every node comes after all of its branches.
  for (const node of tree.nodes.toReversed()) {
    if (!parents.has(node.path) && !isFault(node.cause)) answerable.add(node.path);
    if (node.parent !== null && answerable.has(node.path)) answerable.add(node.parent);
  }
  const unrewarded = tree.nodes
    .filter(node => !node.successful && !node.golden && node.segment < tree.collapses.length)
    .sort((a, b) => a.segment - b.segment || (a.path < b.path ? -1 : 1));
  return {
    lost: unrewarded.filter(node => answerable.has(node.path)),
    faulty: unrewarded.filter(node => !answerable.has(node.path)),
  };
};

/** The numbers of all that lines that won had said or seen, reasoning apart, by which contradictions are known. */
export const wonPrefixes = (
  tree: JoshTree,
  transcripts: ReadonlyMap<string, NodeTranscript>,
  golden: GoldenPath,
): ReadonlySet<number> =>
  new Set([
    ...golden.spoken,
    ...tree.nodes
      .filter(node => node.successful && !node.golden)
      .flatMap(node => transcripts.get(node.path)!.spoken),
  ]);

/** The system message that every prompt of the tree begins with; none if the conversation brings its own. */
export const systemOf = (tree: JoshTree, { messages }: Transcript): readonly SystemMessage[] =>
  tree.systemPrompt === '' || messages[0]?.role === 'system'
    ? []
    : [{ role: 'system', content: tree.systemPrompt }];
