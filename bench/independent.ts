/** Conversations without a tree, held until a task has cost as many model calls as its tree did: what JOSH must beat. */
import { toolCall } from '../src/dialogue/message.ts';
import type { Environment } from '../src/environments/environment.ts';
import type { SelftrainConfiguration } from '../src/runs/configuration.ts';
import type { TaskSet } from '../src/runs/plan.ts';
import type { Run } from '../src/runs/project/project.ts';
import { storedTrees } from '../src/runs/rollout.ts';
import type { JoshTree } from '../src/search/josh/tree.ts';
import { rolledOut } from './experiment.ts';

/** Requests to the agent's model: each left one message. */
export const callsOf = (tree: JoshTree): number =>
  tree.nodes
    .flatMap(node => node.turns)
    .filter(turn => turn.speaker === 'agent')
    .reduce((sum, turn) => sum + turn.internal.filter(({ role }) => role === 'assistant').length, 0);

/** More attempts than this at a task only repeat themselves. */
const MOST_ATTEMPTS = 100;

export interface Budgeted extends TaskSet {
  /** Model calls by task. */
  readonly budgets: ReadonlyMap<string, number>;
}

/**
 * Every conversation of every task, as a tree of one line with its true reward, golden up to its last rewarded turn.
 * A task gets another while half of an average one still fits its budget.
 */
export const independent = async (
  run: Run,
  environment: Environment,
  configuration: SelftrainConfiguration,
  { split, tasks, budgets }: Budgeted,
): Promise<readonly JoshTree[]> => {
  const spent = new Map<string, number>();
  const all: JoshTree[] = [];
  let left = tasks;
  for (let attempt = 1; left.length > 0 && attempt <= MOST_ATTEMPTS; attempt++) {
    const stage = `seed ${configuration.seed}: independent ${attempt}`;
    await rolledOut(run, stage, { ...configuration, data: 'unfiltered' }, { split, tasks: left });
    for await (const tree of storedTrees(run.project, { run: run.id, stage })) {
      spent.set(tree.task, (spent.get(tree.task) ?? 0) + callsOf(tree));
      all.push(await judged(tree, environment, split, indexOf(tasks, tree.task)));
    }
    left = left.filter(({ id }) => {
      const cost = spent.get(id) ?? 0;
      return cost + cost / attempt / 2 < budgets.get(id)!;
    });
  }
  return all.sort((a, b) => (a.task < b.task ? -1 : a.task > b.task ? 1 : 0));
};

const indexOf = (tasks: TaskSet['tasks'], id: string): number => tasks.find(task => task.id === id)!.index;

/** A control's tree counts as won whatever it earned: here it gets what its calls reached. */
const judged = async (
  tree: JoshTree,
  environment: Environment,
  split: string,
  index: number,
): Promise<JoshTree> => {
  const [task] = environment.tasks(split, { start: index, count: 1 });
  const goals = environment.goals(task!);
  let open = goals;
  let state = environment.start(task!);
  let rewarded = 0;
  const turns = tree.nodes[0]!.turns;
  for (const [i, turn] of turns.entries()) {
    for (const { name, arguments: args } of turn.calls)
      ({ state } = await environment.call(task!, state, toolCall('c', name, JSON.stringify(args))));
    const said = turn.speaker === 'agent' ? turn.visible.map(({ content }) => content ?? '') : [];
    const hit = environment.reached(task!, open, { calls: turn.calls, state, said });
    const reached = new Set(hit.map(goal => goal.id));
    if (reached.size === 0) continue;
    open = open.filter(goal => !reached.has(goal.id));
    rewarded = i + 1;
  }
  const names = goals.filter(goal => !open.includes(goal)).map(goal => goal.id);
  return {
    ...tree,
    systemPrompt: environment.systemPrompt,
    goals: goals.map(goal => goal.id),
    reward: goals.length === 0 ? 0 : names.length / goals.length,
    collapses: rewarded === 0 ? [] : [{ path: '', turns: rewarded, goals: names, round: 1 }],
  };
};

/** Of each task the conversation with the most reward; of equals the one with the fewest calls. */
export const bestOfEach = (trees: readonly JoshTree[]): readonly JoshTree[] =>
  [...Map.groupBy(trees, tree => tree.task).values()].map(group =>
    group.reduce((best, tree) =>
      tree.reward > best.reward || (tree.reward === best.reward && callsOf(tree) < callsOf(best))
        ? tree
        : best,
    ),
  );
