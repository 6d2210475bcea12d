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
