/** A result in the layouts of the original's `model_answer` and `model_judgment` files, for tools that read those. */
import type { JsonObject } from '../../dialogue/json.ts';
import type { MtBenchResult } from './mt-bench.ts';

/** @param seconds when the answers were given, in Unix time */
export const answerRows = ({ model, answers }: MtBenchResult, seconds: number): readonly JsonObject[] =>
  answers.map(({ question, turns }) => ({
    question_id: question,
    answer_id: `${model}-${question}`,
    model_id: model,
    choices: [{ index: 0, turns: [...turns] }],
    tstamp: seconds,
  }));

/** As the original's pairwise mode writes them: model 1 is the one that is measured. */
export const pairRows = (
  { model, judge, pairwise }: MtBenchResult,
  seconds: number,
): readonly JsonObject[] => {
  if (!pairwise) return [];
  const named = { model: 'model_1', baseline: 'model_2', tie: 'tie', error: 'error' } as const;
  return pairwise.judgments.map(({ question, turn, prompt, games: [one, two] }) => ({
    question_id: question,
    model_1: model,
    model_2: pairwise.baseline,
    g1_winner: named[one.winner],
    g2_winner: named[two.winner],
    judge: [judge, prompt],
    g1_user_prompt: one.request,
    g1_judgment: one.reply,
    g2_user_prompt: two.request,
    g2_judgment: two.reply,
    turn,
    tstamp: seconds,
  }));
};

/** A turn without a score has -1, as in the original. */
export const judgmentRows = (
  { model, judge, judgments }: MtBenchResult,
  seconds: number,
): readonly JsonObject[] =>
  judgments.map(({ question, turn, score, prompt, request, reply }) => ({
    question_id: question,
    model,
    judge: [judge, prompt],
    user_prompt: request,
    judgment: reply,
    score: score ?? -1,
    turn,
    tstamp: seconds,
  }));
