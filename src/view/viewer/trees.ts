/** Trees as the viewer lists and shows them. */
import { JuxtaError } from '../../base/errors.ts';
import { losers } from '../../harvest/golden.ts';
import { harvest } from '../../harvest/harvest.ts';
import { treeOf } from '../../runs/project/rows.ts';
import type { JoshNode, JoshTree } from '../../search/josh/tree.ts';
import { nodeStatistics } from '../../search/statistics.ts';
import type { StoreReader, TreeListed } from '../../store/reader.ts';
import type { TaskKey } from '../../store/rows.ts';
import type {
  Became,
  Fork,
  NodeDetail,
  TreeDetail,
  TreeHeader,
  TreeKey,
  TreePage,
  TreeQuery,
} from './api.ts';

export const treePage = (reader: StoreReader, run: string, query: TreeQuery): TreePage => {
  const {
    stage,
    search,
    outcome,
    cause,
    words,
    type: taskType,
    order = 'task',
    offset = 0,
    limit = 100,
  } = query;
  const filter = { run, stage, search, taskType, outcome, cause, words };
  const { total, rows } = reader.trees(filter, { order, offset, limit });
  const types = reader.treeTotals(run).find(totals => totals.stage === stage)?.taskTypes ?? [];
  return { total, rows: rows.map(headerOf), types };
};

interface Summary {
  readonly taskType: string;
  readonly goals: readonly string[];
  readonly rounds: number;
}

const headerOf = ({ stage, task, seed, reward, fault, nodes, summary }: TreeListed): TreeHeader => {
  const { taskType, goals, rounds } = JSON.parse(summary) as Summary;
  return { stage, task, seed, taskType, reward, goals: goals.length, nodes, rounds, fault };
};

/** Undefined if there is no such tree. @throws JuxtaError `damaged-tree` */
export const treeDetail = (reader: StoreReader, key: TaskKey): TreeDetail | undefined => {
  const found = reader.tree(key);
  if (!found) return undefined;
  try {
    return { ...detailOf(key, treeOf(found.row, found.nodes)), ...neighboursOf(reader, key) };
  } catch (cause) {
    throw new JuxtaError('damaged-tree', `the tree of ${key.task} in ${key.run} cannot be read`, {
      hint: 'restore the store from a copy, or roll the task out again in a new run',
      cause,
    });
  }
};

const neighboursOf = (reader: StoreReader, key: TaskKey): Pick<TreeDetail, 'previous' | 'next'> => {
  const at = (where: 'before' | 'after'): TreeKey | null => {
    const found = reader.rewardedTree(key, where);
    return found ? { stage: key.stage, ...found } : null;
  };
  return { previous: at('before'), next: at('after') };
};

const detailOf = ({ run, stage }: TaskKey, tree: JoshTree): Omit<TreeDetail, 'previous' | 'next'> => {
  const { task, seed, taskType, reward, rounds, systemPrompt, goals, collapses } = tree;
  const statistics = nodeStatistics(tree);
  const became = becameOf(tree);
  return {
    run,
    ...{ stage, task, seed, taskType, reward, rounds, systemPrompt, goals, collapses },
    fault: tree.fault ?? null,
    nodes: tree.nodes.map((node): NodeDetail => {
      const { usage, lines, return: mean } = statistics.get(node.path)!;
      const { cause = null, ...rest } = node;
      return { ...rest, cause, usage, lines, return: mean, became: became.get(node.path) ?? [] };
    }),
    forks: forksOf(tree.nodes),
  };
};

/** What each node gives as an example, whatever the tree's reward: where that counts is for the reader to say. */
const becameOf = (tree: JoshTree): ReadonlyMap<string, readonly Became[]> => {
  const became = new Map<string, Set<Became>>();
  const add = (path: string, what: Became): void => {
    became.set(path, (became.get(path) ?? new Set()).add(what));
  };
  const { examples } = harvest(tree, [], { minReward: 0 });
  for (const example of examples) {
    const path = example.source?.path;
    if (path === undefined) continue;
    if (example.kind === 'sft') {
      for (const node of tree.nodes) if (node.golden) add(node.path, 'sft');
    } else if (example.kind === 'kto') {
      if (!example.label) add(path, 'kto-bad');
      else for (const node of tree.nodes) if (node.golden) add(node.path, 'kto-good');
    } else {
      add(path, 'dpo-chosen');
      if (example.rejectedPath !== undefined) add(example.rejectedPath, 'dpo-rejected');
    }
    if (example.kind !== 'sft' && example.contradicted)
      add(example.kind === 'dpo' ? (example.rejectedPath ?? path) : path, 'contradicted');
  }
  if (examples.length > 0) for (const { path } of losers(tree).faulty) add(path, 'withheld');
  return new Map([...became].map(([path, what]) => [path, [...what]]));
};

const forksOf = (nodes: readonly JoshNode[]): readonly Fork[] => {
  const children = Map.groupBy(
    nodes.filter(({ parent }) => parent !== null),
    ({ parent }) => parent!,
  );
  return nodes.flatMap(({ path }) => {
    const branches = children.get(path) ?? [];
    const winner = branches.find(child => child.golden) ?? branches.find(child => child.successful);
    if (!winner || branches.length < 2) return [];
    const siblings = branches.filter(child => child !== winner).map(child => child.path);
    return [{ path, winner: winner.path, siblings }];
  });
};
