/** Judge prompts with their placeholders filled, all in one go: nothing that was filled in is taken for one. */
import type { JudgePrompt, Question } from './files.ts';

type Texts = readonly (string | undefined)[];

const fill = ({ template }: JudgePrompt, values: Readonly<Record<string, string | undefined>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? placeholder) : placeholder,
  );

const asked = ({ turns, reference }: Question): Readonly<Record<string, string | undefined>> => ({
  question: turns[0],
  question_1: turns[0],
  question_2: turns[1],
  ref_answer_1: reference?.[0],
  ref_answer_2: reference?.[1],
});

/** For single-answer grading. */
export const fillSingle = (prompt: JudgePrompt, question: Question, answers: Texts): string =>
  fill(prompt, { ...asked(question), answer: answers[0], answer_1: answers[0], answer_2: answers[1] });

/** For a comparison of two models' answers. */
export const fillPair = (prompt: JudgePrompt, question: Question, a: Texts, b: Texts): string =>
  fill(prompt, {
    ...asked(question),
    answer_a: a[0],
    answer_a_1: a[0],
    answer_a_2: a[1],
    answer_b: b[0],
    answer_b_1: b[0],
    answer_b_2: b[1],
  });
