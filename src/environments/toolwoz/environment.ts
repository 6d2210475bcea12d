import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { openLayout } from '../../datasets/layout.ts';
import type { Environment } from '../environment.ts';
import { type TravelState, travelEnvironment } from '../travel/environment.ts';
import type { RulesName, TravelRules } from '../travel/rules.ts';
import type { TravelGoal, TravelTask } from '../travel/task.ts';
import { buildTask, isTask } from './build.ts';
import { readDatabase } from './database.ts';
import { readDialogues } from './dialogue.ts';
import { splitTasks } from './splits.ts';

export interface ToolwozOptions {
  /** A zip or a folder with the files of MultiWOZ 2.1; by default what `juxta data pull toolwoz` fetched. */
  readonly data?: string;
  readonly rules?: RulesName | Partial<TravelRules>;
}

/**
 * ToolWOZ: MultiWOZ's dialogues as tool-calling tasks over its databases (toolwoz.md).
 *
 * @example
 * const toolwoz = await openToolwoz();
 * const [task] = toolwoz.tasks('val', { count: 1 });
 * @throws JuxtaError `no-data` if there is none where it is looked for
 * @throws BadInputError naming the file, dialogue and field that do not fit
 */
export const openToolwoz = async (
  options: ToolwozOptions = {},
): Promise<Environment<TravelTask, TravelState, TravelGoal>> => {
  const layout = openLayout(options.data ?? defaultData());
  const database = readDatabase(layout);
  const dialogues = new Map(
    readDialogues(layout)
      .filter(isTask)
      .map(dialogue => [dialogue.id, dialogue]),
  );
  const splits = splitTasks(layout, [...dialogues.keys()]);
  const built = new Map<string, TravelTask>();
  const taskOf = (id: string): TravelTask => {
    const task = built.get(id) ?? buildTask(dialogues.get(id)!, database);
    built.set(id, task);
    return task;
  };
  return travelEnvironment({
    name: 'toolwoz',
    splits: [...splits.keys()],
    tasks: (split, { start = 0, count = Number.POSITIVE_INFINITY }) =>
      splits
        .get(split)!
        .slice(start, start + count)
        .map(taskOf),
    ...(options.rules && { rules: options.rules }),
    notes: splits.has('train')
      ? []
      : ['The data holds no dialogues for training, so there is no split `train`.'],
  });
};

/** Where data is looked for, in this order: what was pulled into the project, then what is shared with it. */
const defaultData = (): string => {
  const shared = process.env.JUXTA_SHARED ?? '../shared';
  const places = [
    join('.juxta', 'data', 'multiwoz-2.1'),
    join(shared, 'data', 'multiwoz-2.1', 'MultiWOZ_2.1_val_test.zip'),
  ];
  const place = places.find(existsSync);
  if (place) return place;
  throw new JuxtaError('no-data', `there is no MultiWOZ 2.1 in ${places.join(' or ')}`, {
    hint: 'Fetch it with `juxta data pull toolwoz`, or name a zip or folder that holds it.',
  });
};
