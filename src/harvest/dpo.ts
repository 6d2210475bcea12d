/**
 * Pairs at divergence points: one prompt, what a line that won said next, and what a line that did not win said
 * in its place.
 */
import type { Message } from '../dialogue/message.ts';
import type { JoshNode, JoshTree } from '../search/josh/tree.ts';
import type { GoldenPath } from './golden.ts';
import type { NodeTranscript } from './transcript.ts';

export interface Pair {
  readonly prompt: readonly Message[];
  readonly chosen: Message;
  readonly rejected: Message;
  readonly path: string;
  readonly rejectedPath: string;
  /** The number of the prompt with the rejected message, reasoning apart. */
  readonly rejectedSpoken: number;
}

/**
 * `siblings`: a child that won beside each child of the same parent that lost, at the first message in which they
 * differ. `all`: those, and every message that a lost line set against the golden conversation after the same
 * prompt, however far below the fork the two came apart.
 */
export type Pairing = 'siblings' | 'all';

export const divergences = (
  tree: JoshTree,
  lost: readonly JoshNode[],
  transcripts: ReadonlyMap<string, NodeTranscript>,
  golden: GoldenPath,
  pairing: Pairing,
): readonly Pair[] => {
  const pairs = new Map<string, Pair>();
  const add = (winner: NodeTranscript, loser: NodeTranscript, from: number): void => {
    const at = divergence(winner, loser, from);
    if (at === undefined) return;
    const name = `${winner.prefixes[at + 1]} ${loser.prefixes[at + 1]}`;
    if (pairs.has(name)) return;
    pairs.set(name, {
      prompt: winner.messages.slice(0, at),
      chosen: winner.messages[at]!,
      rejected: loser.messages[at]!,
      path: winner.node.path,
      rejectedPath: loser.node.path,
      rejectedSpoken: loser.spoken[at + 1]!,
    });
  };
  const lostPaths = new Set(lost.map(node => node.path));
  for (const siblings of Map.groupBy(tree.nodes, node => node.parent).values())
    for (const winner of siblings.filter(node => node.golden || node.successful))
      for (const loser of siblings.filter(node => lostPaths.has(node.path)))
        add(transcripts.get(winner.path)!, transcripts.get(loser.path)!, transcripts.get(loser.path)!.own);
  if (pairing === 'all') {
    const winner = { ...transcripts.get(golden.path)!, ...golden };
    for (const { path } of lost) add(winner, transcripts.get(path)!, 0);
  }
  return [...pairs.values()];
};

/** Index of the first message, from `from` on, in which two transcripts differ, if both are then the agent's. */
const divergence = (a: NodeTranscript, b: NodeTranscript, from: number): number | undefined => {
  const end = Math.min(a.messages.length, b.messages.length);
  for (let i = from; i < end; i++) {
    if (a.prefixes[i + 1] === b.prefixes[i + 1]) continue;
    return a.messages[i]!.role === 'assistant' && b.messages[i]!.role === 'assistant' ? i : undefined;
  }
  return undefined;
};
