/**
 * What a node's calls changed in the environment. States are not stored: the calls from the root on are made again, which
 * is done only where that touches nothing but data, and only when somebody asks for it.
 */
import { JuxtaError, messageOf } from '../../base/errors.ts';
import { toolCall } from '../../dialogue/message.ts';
import type { Environment, Task } from '../../environments/environment.ts';
import { openEnvironment } from '../../environments/open.ts';
import { definitionOf } from '../../environments/registry.ts';
import type { EnvironmentSpec } from '../../environments/spec.ts';
import { storedConfiguration } from '../../runs/project/project.ts';
import { treeOf } from '../../runs/project/rows.ts';
import { lineage, type TreeNode } from '../../search/tree.ts';
import type { StoreReader } from '../../store/reader.ts';
import type { TaskKey } from '../../store/rows.ts';
import type { StateDetail } from './api.ts';
import { changesBetween } from './changes.ts';

interface Configuration {
  readonly cast?: { readonly environment: EnvironmentSpec };
  readonly split?: string;
  readonly start?: number;
  readonly count?: number | null;
}

const unknown = (why: string): StateDetail => ({ changes: null, why });

/** Undefined if there is no such tree or node. */
export const stateDetail = async (
  reader: StoreReader,
  key: TaskKey,
  path: string,
): Promise<StateDetail | undefined> => {
  const run = reader.run(key.run);
  const found = reader.tree(key);
  if (!run || !found) return undefined;
  const tree = treeOf(found.row, found.nodes);
  if (!tree.nodes.some(node => node.path === path)) return undefined;
  const configuration: Configuration = storedConfiguration({ folder: reader.where }, run);
  if (!configuration.cast) return unknown('the run does not tell its environment');
  const spec = configuration.cast.environment;
  try {
    if ((await definitionOf(spec)).sessions !== undefined)
      return unknown('its world is a live session, which is not touched by looking');
    const environment = await openEnvironment(spec);
    const task = taskNamed(environment, key.task, configuration);
    if (!task) return unknown(`the environment no longer has the task ${key.task}`);
    return await replayed(environment, task, lineage(tree, path));
  } catch (thrown) {
    if (thrown instanceof JuxtaError || thrown instanceof Error) return unknown(messageOf(thrown));
    throw thrown;
  }
};

/** Where the run took its tasks from is looked at first; then all that the environment has. */
const taskNamed = (
  environment: Environment,
  id: string,
  { split, start = 0, count }: Configuration,
): Task | undefined => {
  const named = (tasks: readonly Task[]): Task | undefined => tasks.find(task => task.id === id);
  const played =
    split === undefined ? undefined : named(environment.tasks(split, { start, ...(count && { count }) }));
  if (played) return played;
  for (const other of environment.splits) {
    const task = named(environment.tasks(other));
    if (task) return task;
  }
  return undefined;
};

const replayed = async (
  environment: Environment,
  task: Task,
  line: readonly TreeNode[],
): Promise<StateDetail> => {
  const shown = (state: unknown): unknown => environment.inspect?.(state) ?? state;
  let state = environment.start(task);
  let before = state;
  for (const node of line) {
    before = state;
    for (const { name, arguments: args, output } of node.turns.flatMap(turn => turn.calls)) {
      const answer = await environment.call(task, state, toolCall('replay', name, JSON.stringify(args)));
      if (answer.record.output !== output)
        return unknown(`made again, ${name} gives another result than it gave in the run`);
      state = answer.state;
    }
  }
  return { changes: changesBetween(shown(before), shown(state)), why: null };
};
