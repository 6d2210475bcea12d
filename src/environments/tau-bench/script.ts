/**
 * A whole conversation made from a task's ground truth, for tests and benchmarks without an LLM: what a user who knows
 * the ground truth would say line by line, and what an agent has to call and say in answer to each line.
 */
import { isJsonObject, type Json } from '../../dialogue/json.ts';
import type { GroundTruthAction, TauTask } from './task.ts';

export interface ScriptLine {
  /** What the user says. It begins with the task's id in brackets, by which a scripted model knows the task. */
  readonly text: string;
  /** The calls that answer it, in order. */
  readonly actions: readonly GroundTruthAction[];
  /** What the agent has to say after its calls. */
  readonly outputs: readonly string[];
}

/** The user's last line. */
export const farewell = 'Thank you, that is all. ###STOP###';

/** A call and an answer to each line, that many lines are within the original's limit of 30 steps. */
const mostLines = 14;

/**
 * Ground-truth calls line by line: one call a line, so that a search which credits one step a turn can reach them all; more
 * only where there would be too many lines.
 */
const grouped = (actions: readonly GroundTruthAction[]): readonly (readonly GroundTruthAction[])[] => {
  const callsPerLine = Math.ceil(actions.length / mostLines);
  const groups: GroundTruthAction[][] = [];
  for (let i = 0; i < actions.length; i += callsPerLine) groups.push(actions.slice(i, i + callsPerLine));
  return groups.length > 0 ? groups : [[]];
};

const spaced = (name: string): string => name.replaceAll('_', ' ');

/** Any value in words: `first name Yusuf, zip 19122`. */
const inWords = (value: Json): string => {
  if (Array.isArray(value)) return value.map(inWords).join(' and ') || 'none';
  if (!isJsonObject(value)) return String(value);
  return Object.entries(value)
    .map(([key, entry]) => `${spaced(key)} ${inWords(entry)}`)
    .join(', ');
};

const wish = ({ name, arguments: args }: GroundTruthAction): string => {
  const details = inWords(JSON.parse(args) as Json);
  return details === '' ? spaced(name) : `${spaced(name)} (${details})`;
};

/** The lines of a task. A task without calls has one line; the outputs are asked for in the last one. */
export const scriptOf = (task: TauTask): readonly ScriptLine[] => {
  const groups = grouped(task.actions);
  return groups.map((actions, i) => {
    const isLast = i === groups.length - 1;
    const wishes = actions.length > 0 ? ` Please ${actions.map(wish).join('; then ')}.` : ' Hello.';
    const outputs = isLast ? task.outputs : [];
    const question = outputs.length > 0 ? ' And tell me what you found out.' : '';
    return { text: `[${task.id}, ${i + 1}]${wishes}${question}`, actions, outputs };
  });
};
