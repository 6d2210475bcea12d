import { hash } from '../../base/random.ts';
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';
import { type Model, ModelError } from '../../models/model.ts';
import type { JudgePrompt, JudgePrompts, Question } from './files.ts';

export type Turn = 1 | 2;

/** What the judge said of one turn's answer. */
export interface Judgment {
  readonly question: number;
  readonly category: string;
  readonly turn: Turn;
  /** From 1 to 10; null if the judge gave none. */
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

export interface JudgeOptions {
  readonly judge: Model;
  readonly seed: number;
  /** How often the judge is asked at most for one score. */
  readonly tries: number;
}

const JUDGE_TOKENS = 2048;
/** Greedy, as in the original; a judge that gave no score is asked again with some chance of another reply. */
const temperatureOf = (attempt: number): number => (attempt === 1 ? 0 : 0.5);

/** Grades one turn. @throws ModelError unless it is the judge's own doing, which leaves the turn without a score */
export const judgeTurn = async (
  question: Question,
  turn: Turn,
  answers: readonly [string, string?],
  prompts: JudgePrompts,
  { judge, seed, tries }: JudgeOptions,
  signal?: AbortSignal,
): Promise<Judgment> => {
  const prompt = (question.reference ? prompts.withReference : prompts.plain)[turn - 1]!;
  const request = fill(prompt, question, answers);
  let usage = noUsage;
  let reply = '';
  let score: number | null = null;
  let attempt = 0;
  while (score === null && attempt < tries) {
    attempt++;
    try {
      const [completion] = await judge.generate(
        {
          messages: [
            { role: 'system', content: prompt.system },
            { role: 'user', content: request },
          ],
          tools: [],
          temperature: temperatureOf(attempt),
          maxTokens: JUDGE_TOKENS,
          seed: hash(seed, 'judge', question.id, turn, attempt),
        },
        signal,
      );
      usage = addUsage(usage, completion!.usage);
      reply = completion!.text ?? '';
      score = scoreIn(reply);
    } catch (thrown) {
      if (!(thrown instanceof ModelError) || thrown.fault !== 'agent') throw thrown;
      reply = thrown.message;
    }
  }
  const { id, category } = question;
  return {
    question: id,
    category,
    turn,
    score,
    prompt: prompt.name,
    request,
    reply,
    tries: attempt,
    usage,
  };
};

/** The first `[[n]]` of a reply; null without one, or if it is not from 1 to 10. */
export const scoreIn = (reply: string): number | null => {
  const found = /\[\[(\d+(?:\.\d+)?)\]\]/.exec(reply);
  const score = Number(found?.[1]);
  return score >= 1 && score <= 10 ? score : null;
};

/** Fills all placeholders in one go, so that nothing that was filled in is taken for one. */
const fill = (
  { template }: JudgePrompt,
  { turns, reference }: Question,
  answers: readonly [string, string?],
): string => {
  const values = new Map([
    ['question', turns[0]],
    ['answer', answers[0]],
    ['question_1', turns[0]],
    ['question_2', turns[1]],
    ['answer_1', answers[0]],
    ['answer_2', answers[1]],
    ['ref_answer_1', reference?.[0]],
    ['ref_answer_2', reference?.[1]],
  ]);
  return template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values.get(name) ?? placeholder);
};
