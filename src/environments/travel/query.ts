import type { Json, JsonObject } from '../../dialogue/json.ts';
import { ToolCallError } from '../environment.ts';
import type { TravelRules } from './rules.ts';
import type { Table } from './task.ts';
import { isEmpty, normalised, type Values } from './values.ts';

/**
 * The records of a table that fit the arguments, in file order (toolwoz.md, section 4). Values that are empty or
 * no texts are ignored; `leaveAt` and `arriveBy` are strict bounds, compared as texts.
 * @throws ToolCallError if an argument names no column
 */
export const query = (table: Table, args: Values, rules: TravelRules): readonly JsonObject[] => {
  const conditions = conditionsOf(table, args, rules);
  return table.rows.filter(row => conditions.every(fits => fits(row)));
};

type Condition = (row: JsonObject) => boolean;

const conditionsOf = (table: Table, args: Values, rules: TravelRules): readonly Condition[] =>
  Object.entries(args).flatMap(([column, value]) => {
    if (typeof value !== 'string' || isEmpty(value, rules)) return [];
    if (!table.columns.includes(column)) throw new ToolCallError(`there is nothing to search by ${column}`);
    return [condition(column, value, rules)];
  });

const condition = (column: string, value: string, rules: TravelRules): Condition => {
  if (isTime(column)) return row => withinTime(column, row[column], value, rules);
  if (rules.forgivingNames) {
    const wanted = normalised(value);
    return row => typeof row[column] === 'string' && normalised(row[column]) === wanted;
  }
  const quoted = value.replaceAll("'", "''");
  return row => row[column] === quoted;
};

export const isTime = (column: string): boolean => column === 'leaveAt' || column === 'arriveBy';

/** Whether a record's time lies beyond (`leaveAt`) or before (`arriveBy`) the bound. */
export const withinTime = (
  column: string,
  time: Json | undefined,
  bound: string,
  rules: TravelRules,
): boolean => {
  if (typeof time !== 'string') return false;
  if (time === bound) return rules.timesAreBounds;
  return column === 'leaveAt' ? time > bound : time < bound;
};
