import type {
  CachedRow,
  CompletionRow,
  EvaluationRow,
  EventRow,
  ExampleRow,
  ModelRow,
  NodeRow,
  RunRow,
  SpendingRow,
  StageRow,
  TreeRow,
} from './rows.ts';
import type { Table } from './table.ts';

/** A node as it is stored: its turns lie packed in its tree's row. */
export type StoredNode = Omit<NodeRow, 'turns'> & { readonly tree: number; readonly ordinal: number };

export const runTable: Table<RunRow> = {
  name: 'runs',
  columns: ['id', 'kind', 'name', 'configuration', 'status', 'started', 'finished', 'parent'],
  key: ['id'],
  order: 'started, id',
};
export const stageTable: Table<StageRow> = {
  name: 'stages',
  columns: ['run', 'key', 'status', 'result', 'cost'],
  key: ['run', 'key'],
  order: 'rowid',
};
export const spendingTable: Table<SpendingRow> = {
  name: 'spending',
  columns: ['run', 'usd', 'tokens', 'calls'],
  key: ['run'],
};
export const eventTable: Table<EventRow> = {
  name: 'events',
  columns: ['run', 'name', 'count'],
  key: ['run', 'name'],
};
export const treeTable: Table<TreeRow> = {
  name: 'trees',
  columns: ['run', 'stage', 'task', 'seed', 'reward', 'fault', 'summary'],
  key: ['run', 'stage', 'task', 'seed'],
};
export const nodeTable: Table<StoredNode> = {
  name: 'nodes',
  columns: ['tree', 'ordinal', 'path', 'parent', 'segment', 'successful', 'golden', 'cause', 'rewards'],
  key: ['tree', 'ordinal'],
  booleans: ['successful', 'golden'],
};
export const exampleTable: Table<ExampleRow> = {
  name: 'examples',
  columns: ['run', 'stage', 'kind', 'ordinal', 'task', 'example'],
  key: ['run', 'stage', 'kind', 'ordinal'],
};
export const modelTable: Table<ModelRow> = {
  name: 'models',
  columns: ['id', 'run', 'base', 'path', 'metadata'],
  key: ['id'],
  order: 'ordinal',
};
export const evaluationTable: Table<EvaluationRow> = {
  name: 'evaluations',
  columns: [
    ...(['run', 'stage', 'setting', 'task', 'seed', 'taskType', 'reward', 'success'] as const),
    ...(['turns', 'calls', 'fault', 'failures', 'transcript'] as const),
  ],
  key: ['run', 'stage', 'setting', 'task', 'seed'],
  booleans: ['success'],
};
export const completionTable: Table<CompletionRow> = {
  name: 'completions',
  columns: ['run', 'key', 'request', 'completion'],
  key: ['run', 'key', 'request'],
};
export const cacheTable: Table<CachedRow> = { name: 'cache', columns: ['key', 'value'], key: ['key'] };
