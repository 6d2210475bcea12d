/**
 * Evaluations in the layout of the original's results files: a list of `{id, reward, messages, failed_apis,
 * internal_messages}`, and `error` where an exception ended a conversation, with reward 0 (toolwoz.md, section 8).
 */
import type { Message } from '../dialogue/message.ts';
import type { Turn } from '../dialogue/turn.ts';
import type { GoalAnalysis } from '../evaluate/errors.ts';
import type { EvaluationRow } from '../store/rows.ts';

export interface ResultsEntry {
  readonly id: string;
  readonly reward: number;
  /** What user and agent said to each other. */
  readonly messages: readonly Message[];
  /** The tools of goals that were not reached. */
  readonly failed_apis: readonly string[];
  /** What the model saw, system prompt apart. */
  readonly internal_messages: readonly Message[];
  readonly error?: string;
}

export const resultsEntry = (row: EvaluationRow): ResultsEntry => {
  const turns = JSON.parse(row.transcript) as readonly Turn[];
  const goals = JSON.parse(row.failures) as readonly GoalAnalysis[];
  return {
    id: row.task,
    reward: row.fault === null ? row.reward : 0,
    messages: turns.flatMap(turn => turn.visible),
    failed_apis: goals.filter(({ verdict }) => verdict !== 'reached').map(({ tool }) => tool),
    internal_messages: turns.flatMap(turn => turn.internal),
    ...(row.fault !== null && { error: row.fault }),
  };
};
