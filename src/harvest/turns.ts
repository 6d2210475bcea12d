/** Each turn of a search by itself, as the paper's earlier scripts trained on them (josh.md, section 4). */
import type { Message } from '../dialogue/message.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { transcriptAt } from './golden.ts';
import { isUserSpeech, type NodeTranscript, type Transcript, trimmed } from './transcript.ts';

/** One assistant message of the last turn of a node, as it stood when its tree collapsed. */
export interface SearchedTurn {
  readonly prompt: readonly Message[];
  readonly message: Message;
  readonly path: string;
  /** The node, or one below it, earned something by then. */
  readonly successful: boolean;
  /** Neither it nor what its call returned holds an error text. */
  readonly clean: boolean;
}

/** Which turns become examples: of nodes that earned something, or all. */
export type Turns = 'successful' | 'all';

/**
 * At each collapse all nodes of the tree as it was, in pre-order; each conversation once, and of it the last turn alone.
 * What came after the last collapse is left out.
 */
export const searchedTurns = (
  tree: JoshTree,
  transcripts: ReadonlyMap<string, NodeTranscript>,
): readonly SearchedTurn[] => {
  const seen = new Set<number>();
  const turns: SearchedTurn[] = [];
  for (const { path, successful, transcript } of collapsedNodes(tree, transcripts)) {
    const conversation = transcript.prefixes.at(-1)!;
    if (seen.has(conversation)) continue;
    seen.add(conversation);
    for (const i of lastTurn(transcript)) {
      const prompt = transcript.messages.slice(0, i);
      const clean = isClean(transcript.messages, i);
      turns.push({ prompt, message: transcript.messages[i]!, path, successful, clean });
    }
  }
  return turns;
};

interface CollapsedNode {
  readonly path: string;
  readonly successful: boolean;
  readonly transcript: Transcript;
}

function* collapsedNodes(
  tree: JoshTree,
  transcripts: ReadonlyMap<string, NodeTranscript>,
): Generator<CollapsedNode, void> {
  for (const [segment, collapse] of tree.collapses.entries()) {
    const root = tree.collapses[segment - 1]?.path;
    const nodes = tree.nodes
      .filter(node => node.path === root || node.segment === segment)
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const { path, successful, golden } of nodes) {
      const whole = transcripts.get(path)!;
      const transcript = path === collapse.path ? transcriptAt(collapse, whole) : whole;
      yield { path, successful: successful || golden, transcript: trimmed(transcript) };
    }
  }
}

/** The indices of the assistant's messages since the user last spoke. */
const lastTurn = (transcript: Transcript): readonly number[] => {
  const { messages } = transcript;
  const begin = messages.findLastIndex((_, i) => isUserSpeech(transcript, i)) + 1;
  return messages.flatMap(({ role }, i) => (i >= begin && role === 'assistant' ? [i] : []));
};

const isClean = (messages: readonly Message[], i: number): boolean => {
  if (/APIRETURN|ERROR:|Error:/.test(messages[i]!.content ?? '')) return false;
  const next = messages.findIndex(({ role }, j) => j > i && role === 'assistant');
  const results = messages.slice(i + 1, next < 0 ? undefined : next);
  return !results.some(({ content }) => (content ?? '').includes('FAILURE'));
};
