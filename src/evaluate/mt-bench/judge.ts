/** Single-answer grading: one score for each turn's answer. */
import type { Usage } from '../../dialogue/turn.ts';
import { ask, type JudgeOptions, type Turn } from './ask.ts';
import type { JudgePrompts, Question } from './files.ts';
import { fillSingle } from './fill.ts';
import { type JudgeParse, scoreIn } from './verdict.ts';

/** What the judge said of one turn's answer. */
export interface Judgment {
  readonly question: number;
  readonly category: string;
  readonly turn: Turn;
  /** From 1 to 10, whatever else the judge wrote in brackets if it is read as in the original; null if it gave none. */
  readonly score: number | null;
  /** The name of the prompt. */
  readonly prompt: string;
  readonly request: string;
  /** The judge's last reply. */
  readonly reply: string;
  /** How often it was asked. */
  readonly tries: number;
  readonly usage: Usage;
}

/** Grades one turn. @throws ModelError unless it is the judge's own doing, which leaves the turn without a score */
export const judgeTurn = async (
  question: Question,
  turn: Turn,
  answers: readonly [string, string?],
  prompts: JudgePrompts,
  { parse, ...options }: JudgeOptions & { readonly parse: JudgeParse },
  signal?: AbortSignal,
): Promise<Judgment> => {
  const prompt = (question.reference ? prompts.withReference : prompts.plain)[turn - 1]!;
  const request = fillSingle(prompt, question, answers);
  const read = (reply: string): number | null => scoreIn(reply, parse);
  const { verdict, ...asked } = await ask(prompt, request, options, [question.id, turn], read, signal);
  const { id, category } = question;
  return { question: id, category, turn, score: verdict, prompt: prompt.name, request, ...asked };
};
