/**
 * What a tree says of each of its nodes, for those who train with reinforcement learning: the mean reward of the lines
 * through it, and how much better or worse it did than its siblings, which had the same prompt (Tree-GRPO, 2509.21240).
 */
import type { JsonObject } from '../dialogue/json.ts';
import { isFault } from '../dialogue/turn.ts';
import type { Tool } from '../environments/environment.ts';
import type { JoshNode, JoshTree } from '../search/josh/tree.ts';
import { chatMessages, toolsField } from './formats/chat.ts';
import { systemOf } from './golden.ts';
import { withoutReasoning } from './reasoning.ts';
import { transcripts } from './transcript.ts';

export interface NodeValue {
  readonly path: string;
  /** Lines through the node that ended without a fault. */
  readonly visits: number;
  /** Mean reward of these lines, in [0, 1]; null if there are none. */
  readonly value: number | null;
  /** The value over the mean of the siblings' (itself among them); 0 without siblings. */
  readonly advantage: number;
  /** The advantage in standard deviations of the siblings' values; 0 where they are all alike. */
  readonly standardized: number;
}

/**
 * The values of a tree's nodes, in the tree's order. A line's reward is the share of the goals that were reached on
 * it, whether or not they were credited; that of the line of the last collapse is the tree's own. Lines stopped
 * because a sibling won count with what they had reached by then, so values of early nodes lean low.
 */
export const nodeValues = (tree: JoshTree): readonly NodeValue[] => {
  const rewards = lineRewards(tree);
  const sums = new Map<string, { visits: number; sum: number }>();
  const byPath = new Map(tree.nodes.map(node => [node.path, node]));
  for (const [path, reward] of rewards)
    for (let at = byPath.get(path); at; at = at.parent === null ? undefined : byPath.get(at.parent)) {
      const { visits, sum } = sums.get(at.path) ?? { visits: 0, sum: 0 };
      sums.set(at.path, { visits: visits + 1, sum: sum + reward });
    }
  const valueAt = ({ path }: JoshNode): number | null => {
    const found = sums.get(path);
    return found ? found.sum / found.visits : null;
  };
  const children = Map.groupBy(tree.nodes, node => node.parent);
  return tree.nodes.map(node => {
    const value = valueAt(node);
    const siblings = children.get(node.parent)!.flatMap(sibling => valueAt(sibling) ?? []);
    const mean = average(siblings);
    const deviation = Math.sqrt(average(siblings.map(each => (each - mean) ** 2)));
    const advantage = value === null ? 0 : value - mean;
    return {
      path: node.path,
      visits: sums.get(node.path)?.visits ?? 0,
      value,
      advantage,
      standardized: deviation === 0 ? 0 : advantage / deviation,
    };
  });
};

/**
 * One row per node that has a value and said something: what it said after its prompt, with value, advantage and
 * visits. Results of calls stand among what it said; only the assistant's messages are its doing.
 */
export const valueRows = (tree: JoshTree, tools: readonly Tool[]): readonly JsonObject[] => {
  const read = transcripts(tree);
  return nodeValues(tree).flatMap(({ path, ...value }) => {
    const { own, node, ...transcript } = read.get(path)!;
    const messages = transcript.messages.map(withoutReasoning);
    const first = messages.findIndex((message, i) => i >= own && message.role === 'assistant');
    if (value.value === null || first < 0) return [];
    return [
      {
        task: tree.task,
        seed: tree.seed,
        path,
        parent: node.parent,
        prompt: chatMessages([...systemOf(tree, read.get(path)!), ...messages.slice(0, first)], 'verbatim'),
        completion: chatMessages(messages.slice(first), 'verbatim', messages.slice(0, first)),
        ...value,
        ...toolsField(tools),
      },
    ];
  });
};

/** The reward of every line that ended without a fault, by the path of its end. */
const lineRewards = (tree: JoshTree): ReadonlyMap<string, number> => {
  const parents = new Set(tree.nodes.map(node => node.parent));
  const last = tree.collapses.at(-1)?.path;
  const total = new Set(tree.goals).size;
  const reached = new Map<string | null, ReadonlySet<string>>();
  const rewards = new Map<string, number>();
  for (const node of tree.nodes) {
    const goals = new Set(reached.get(node.parent));
    for (const event of node.rewards) for (const goal of event.goals) goals.add(goal);
    reached.set(node.path, goals);
    if (parents.has(node.path) || isFault(node.cause)) continue;
    rewards.set(node.path, node.path === last || total === 0 ? tree.reward : goals.size / total);
  }
  return rewards;
};

const average = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
