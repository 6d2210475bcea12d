import type { OwnTask } from '../define/task.ts';
import { placeOf as placeOfOwn } from '../define/task.ts';
import type { Task } from '../environment.ts';

/** Where a task is written, if it was read from a file, and which it is. */
export const placeOf = (task: Task): string => placeOfOwn(task as OwnTask);
