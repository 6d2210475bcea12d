/** Trees of one task can come out equal, from a greedy model or a cache: they teach what one of them teaches. */
import { hash } from 'node:crypto';
import type { Message } from '../dialogue/message.ts';
import { isFault } from '../dialogue/turn.ts';
import type { JoshTree } from '../search/josh/tree.ts';

/** The trees without those that are equal to an earlier one, seeds and the ids of calls apart. */
export const distinctTrees = (trees: readonly JoshTree[]): readonly JoshTree[] => {
  if (trees.length < 2) return trees;
  const first = new Map<string, JoshTree>();
  for (const tree of trees) {
    const key = keyOf(tree);
    if (!first.has(key)) first.set(key, tree);
  }
  return [...first.values()];
};

const keyOf = ({ systemPrompt, goals, reward, nodes, collapses }: JoshTree): string =>
  hash(
    'sha256',
    JSON.stringify([
      [systemPrompt, goals, reward, collapses.map(({ path, turns }) => [path, turns])],
      nodes.map(({ path, segment, successful, golden, cause, rewards, turns }) => [
        [path, segment, successful, golden, isFault(cause), rewards],
        turns.map(({ speaker, internal }) => [speaker, internal.map(withoutIds)]),
      ]),
    ]),
  );

const withoutIds = (message: Message): unknown => {
  if (message.role !== 'assistant') return [message.role, message.content];
  const { content, reasoning, tool_calls = [] } = message;
  return [message.role, content, reasoning, tool_calls.map(call => call.function)];
};
