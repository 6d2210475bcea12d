import { pythonJson } from '../../base/python-json.ts';
import type { Json } from '../../dialogue/json.ts';
import { toolCall } from '../../dialogue/message.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import { type CallOutcome, type Environment, ToolCallError } from '../../environments/environment.ts';
import type { TravelState } from '../../environments/travel/environment.ts';
import type { TravelGoal, TravelTask } from '../../environments/travel/task.ts';
import type { GoldenCall, GoldenSequence, RowTexts } from './golden.ts';

/** Compares what was expected in a field with what came. */
export type Compare = (field: string, expected: Json, got: Json) => void;

/**
 * Makes the calls of one recorded sequence and judges them as the reference did: turn by turn against the goals
 * still open (as the tree search does), and all of them at the end (as a normal run does).
 */
export const replaySequence = async (
  environment: Environment<TravelTask, TravelState, TravelGoal>,
  task: TravelTask,
  sequence: GoldenSequence,
  rows: RowTexts,
  compare: Compare,
): Promise<void> => {
  const goals = environment.goals(task);
  const log: CallRecord[] = [];
  let state = environment.start(task);
  let open = goals;
  for (const [t, turn] of sequence.turns.entries()) {
    const calls: CallRecord[] = [];
    for (const [c, golden] of turn.calls.entries()) {
      const outcome = await attempt(environment, task, state, golden);
      compare(`turns.${t}.calls.${c}`, expectedOutput(golden, rows), outcome?.record.output ?? RAISED);
      if (!outcome) continue;
      state = outcome.state;
      calls.push(outcome.record);
    }
    const hit = environment.reached(task, open, { calls, state, said: [] });
    open = open.filter(goal => !hit.includes(goal));
    log.push(...calls);
    compare(`turns.${t}.hit`, turn.hit, namesOf(hit));
    compare(`turns.${t}.reward`, turn.reward, (goals.length - open.length) / goals.length);
  }
  compare('josh.left', sequence.josh.left, namesOf(open));
  compare('josh.reward', sequence.josh.reward, (goals.length - open.length) / goals.length);

  const reached = environment.reached(task, goals, { calls: log, state, said: [] });
  const failed = goals.filter(goal => !reached.includes(goal)).map(goal => goal.tool);
  compare('normal.reward', sequence.normal.reward, environment.outcome(task, state, []));
  compare('normal.failed', sequence.normal.failed, failed);
  compare('tree_eval', sequence.tree_eval, {
    correct: reached.length,
    count: goals.length,
    failed,
    hit: namesOf(reached),
  });
};

/** Stands for the output of a call that raises. */
const RAISED = 'raises';

const attempt = async (
  environment: Environment<TravelTask, TravelState, TravelGoal>,
  task: TravelTask,
  state: TravelState,
  { name, args }: GoldenCall,
): Promise<CallOutcome<TravelState> | undefined> => {
  try {
    return await environment.call(task, state, toolCall('golden', name, JSON.stringify(args)));
  } catch (thrown) {
    if (thrown instanceof ToolCallError) return undefined;
    throw thrown;
  }
};

const expectedOutput = ({ raises, rows, value }: GoldenCall, texts: RowTexts): string => {
  if (raises !== undefined) return RAISED;
  if (!rows) return pythonJson(value);
  return `[${rows.map(([domain, row]) => texts[domain]?.[row] ?? `no row ${row} of ${domain}`).join(', ')}]`;
};

const namesOf = (goals: readonly TravelGoal[]): [string, string][] =>
  goals.map(({ domain, tool }) => [domain, tool]);
