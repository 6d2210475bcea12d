import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { validated } from '../../base/zod-issue.ts';
import { type Layout, readJson, readText } from '../../datasets/layout.ts';

/** Task ids by split, splits without tasks left out (toolwoz.md, section 2). */
export type Splits = ReadonlyMap<string, readonly string[]>;

/** How many of the sorted test tasks published results use. */
const TEST_TASKS = 450;
/** Every fifth validation task decides whether a newly trained model is kept; the others may be trained on. */
const GATE_STRIDE = 5;

/**
 * Sorts the tasks into splits by the lists of a layout. Listed ids that are no tasks are passed over. `paper-train` is there
 * if both its list and the dialogues of the train split are.
 * @throws BadInputError if a list is missing, empty or no list of ids
 */
export const splitTasks = (layout: Layout, taskIds: readonly string[]): Splits => {
  const known = new Set(taskIds);
  const validation = readList(layout, 'valListFile');
  const testing = readList(layout, 'testListFile');
  const tasksIn = (list: ReadonlySet<string>) => [...list].filter(id => known.has(id)).sort();
  const val = tasksIn(validation);
  const test = tasksIn(testing);
  const splits: [string, readonly string[]][] = [
    ['val', val],
    ['test', test.slice(0, TEST_TASKS)],
    ['full_test', test],
    ['paper-train', readPaperTrain(layout).filter(id => known.has(id))],
    ['train', taskIds.filter(id => !validation.has(id) && !testing.has(id)).sort()],
    ['val-train', val.filter((_, i) => i % GATE_STRIDE !== 0)],
    ['val-gate', val.filter((_, i) => i % GATE_STRIDE === 0)],
  ];
  return new Map(splits.filter(([, ids]) => ids.length > 0));
};

/** The ids of the 926 dialogues that the paper trained on, sorted; none if the layout does not hold their list. */
const readPaperTrain = (layout: Layout): readonly string[] => {
  const file = layout.find('training_fnames.json');
  return file ? validated(z.array(z.string()), readJson(file), file.where).toSorted() : [];
};

const readList = (layout: Layout, name: string): ReadonlySet<string> => {
  const file = layout.find(`${name}.json`, `${name}.txt`);
  if (!file) throw new BadInputError(layout.path, `no ${name}.json or ${name}.txt in it`);
  const ids = readText(file)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  if (ids.length === 0) throw new BadInputError(file.where, 'the list is empty');
  const odd = ids.findIndex(id => /[\s"{}[\]]/.test(id));
  if (odd !== -1) {
    throw new BadInputError(file.where, `entry ${odd + 1} is no dialogue id`, {
      hint: 'The list has one id per line and nothing else, although its name may end in .json.',
    });
  }
  return new Set(ids);
};
