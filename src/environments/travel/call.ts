import { pythonJson } from '../../base/python-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import type { ToolCall } from '../../dialogue/message.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import { parseArguments, ToolCallError } from '../environment.ts';
import { query } from './query.ts';
import type { TravelRules } from './rules.ts';
import { hideFirstChoice, serve } from './serve.ts';
import { idColumn } from './table.ts';
import type { TravelTask } from './task.ts';
import { allowedParameters } from './tools.ts';
import { normalised, subset, type Values } from './values.ts';

export const INVALID_CALL =
  'ERROR: INVALID API CALL! YOUR REQUEST CONTAINED PARAMETERS THAT ARE NOT ALLOWED FOR THIS API or AN IMPROPER API NAME!';
export const INVALID_VALUES = 'ERROR: INVALID API CALL! LISTS AND DICTS ARE NOT ALLOWED AS VALUES!';

/**
 * Executes one call (toolwoz.md, section 5). What it returns depends on the task alone, not on earlier calls. A
 * search returns the served record, or null if nothing was found; anything else returns what the model sees.
 * @throws ToolCallError where the reference raises: arguments that are no object, a name not of the form
 *   `verb_domain`, a domain whose records have no name
 */
export const execute = (task: TravelTask, call: ToolCall, rules: TravelRules): CallRecord => {
  const name = call.function.name;
  const args = parseArguments(call);
  const result = resultOf(task, name, args, rules);
  const returned = Array.isArray(result) ? (result[0] ?? null) : result;
  return { name, arguments: args, output: pythonJson(result), returned };
};

/** What the model sees: a list of at most one record, the object of a booking, or the text of an error. */
const resultOf = (task: TravelTask, name: string, args: Json, rules: TravelRules): Json => {
  const allowed = allowedParameters.get(name);
  if (allowed && !isJsonObject(args)) throw new ToolCallError(`the arguments of ${name} are not an object`);
  if (!allowed || !isJsonObject(args) || Object.keys(args).some(key => !allowed.includes(key))) {
    if (name.split('_').length !== 2) throw new ToolCallError(`there is no tool named ${name}`);
    return INVALID_CALL;
  }
  if (Object.values(args).some(value => typeof value === 'object' && value !== null)) return INVALID_VALUES;
  const [verb, domain] = name.split('_') as [string, string];
  const read = asRead(args);
  return verb === 'search' ? search(task, domain, read, rules) : book(task, domain, read, rules);
};

const asRead = (args: JsonObject): Values =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, typeof value === 'string' ? normalised(value) : value]),
  );

const search = (
  task: TravelTask,
  domain: string,
  args: Values,
  rules: TravelRules,
): readonly JsonObject[] => {
  const table = Object.hasOwn(task.database, domain) ? task.database[domain] : undefined;
  if (!table) throw new ToolCallError(`there is no database of ${domain}`);
  const found = query(table, args, rules);
  const goals = task.domains.find(one => one.domain === domain);
  const results = goals ? hideFirstChoice(goals, found, rules) : found;
  if (results.length === 0) return [];
  const served = goals ? serve(goals, args, results, rules) : results[0];
  if (!served) return [];
  if (!Object.hasOwn(served, idColumn(domain))) {
    throw new ToolCallError(`what the database of ${domain} holds has no name`);
  }
  return [served];
};

const book = (task: TravelTask, domain: string, args: Values, rules: TravelRules): JsonObject => {
  const goal = task.domains.find(one => one.domain === domain)?.book;
  return goal && subset(goal.parameters, args, rules)
    ? { success: true, return: goal.returns }
    : { success: false, return: {} };
};
