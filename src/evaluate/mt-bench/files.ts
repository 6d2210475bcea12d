/** Reads MT-Bench's files as they are published: questions, judge prompts, reference answers. */
import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { parseAs, readLines } from '../../base/json-lines.ts';

export interface MtBenchFiles {
  /** `question.jsonl`. */
  readonly questions: string;
  /** `judge_prompts.jsonl`. */
  readonly judgePrompts: string;
  /** `reference_answer/gpt-4.jsonl`; needed for questions of some categories. */
  readonly referenceAnswers?: string;
}

export interface Question {
  readonly id: number;
  readonly category: string;
  readonly turns: readonly [string, string];
  /** The answers that the judge compares with, where the original has it do so. */
  readonly reference?: readonly [string, string];
}

/** How the judge is asked about one turn. */
export interface JudgePrompt {
  readonly name: string;
  readonly system: string;
  readonly template: string;
}

export interface JudgePrompts {
  readonly plain: readonly [JudgePrompt, JudgePrompt];
  /** For questions with a reference. */
  readonly withReference: readonly [JudgePrompt, JudgePrompt];
}

export interface Benchmark {
  readonly questions: readonly Question[];
  readonly prompts: JudgePrompts;
}

/** The categories that the original judges with a reference answer. */
export const referenceCategories: ReadonlySet<string> = new Set(['math', 'reasoning', 'coding']);

const text = z.string().min(1);
const questionRow = z.object({ question_id: z.number().int(), category: text, turns: z.tuple([text, text]) });
const promptRow = z.object({
  name: text,
  type: z.string(),
  system_prompt: z.string(),
  prompt_template: z.string(),
});
const referenceRow = z.object({
  question_id: z.number().int(),
  choices: z.array(z.object({ turns: z.tuple([text, text]) })).min(1),
});

/** @throws BadInputError naming file, line and field of what is broken, missing or there twice */
export const readBenchmark = async (files: MtBenchFiles): Promise<Benchmark> => {
  const prompts = await readPrompts(files.judgePrompts, single);
  const references = await readReferences(files.referenceAnswers);
  const seen = new Set<number>();
  const questions: Question[] = [];
  for await (const { row, where } of rowsOf(files.questions, questionRow)) {
    const { question_id: id, category, turns } = row;
    refuseTwice(seen, id, where);
    const reference = referenceCategories.has(category) ? references.get(id) : undefined;
    if (referenceCategories.has(category) && !reference)
      throw new BadInputError(
        files.referenceAnswers ?? where,
        `has no reference answer to question ${id} (${category})`,
        {
          hint: 'Questions of math, reasoning and coding are judged with the file reference_answer/gpt-4.jsonl.',
        },
      );
    questions.push({ id, category, turns, ...(reference && { reference }) });
  }
  if (questions.length === 0) throw new BadInputError(files.questions, 'holds no question');
  return { questions, prompts };
};

const readReferences = async (
  file: string | undefined,
): Promise<ReadonlyMap<number, readonly [string, string]>> => {
  const references = new Map<number, readonly [string, string]>();
  if (file === undefined) return references;
  const seen = new Set<number>();
  for await (const { row, where } of rowsOf(file, referenceRow)) {
    refuseTwice(seen, row.question_id, where);
    references.set(row.question_id, row.choices[0]!.turns);
  }
  return references;
};

/** The prompts for comparisons of two answers. @throws BadInputError naming what is missing */
export const readPairPrompts = (file: string): Promise<JudgePrompts> => readPrompts(file, pair);

/** Names and placeholders of prompts: for a first and a second turn, then for both with a reference. */
type Wanted = readonly (readonly [name: string, placeholders: readonly string[]])[];

const pairOfTurns = ['question_1', 'answer_a_1', 'answer_b_1', 'question_2', 'answer_a_2', 'answer_b_2'];
const pair: Wanted = [
  ['pair-v2', ['question', 'answer_a', 'answer_b']],
  ['pair-v2-multi-turn', pairOfTurns],
  ['pair-math-v1', ['question', 'answer_a', 'answer_b', 'ref_answer_1']],
  ['pair-math-v1-multi-turn', [...pairOfTurns, 'ref_answer_1', 'ref_answer_2']],
];
const single: Wanted = [
  ['single-v1', ['question', 'answer']],
  ['single-v1-multi-turn', ['question_1', 'answer_1', 'question_2', 'answer_2']],
  ['single-math-v1', ['question', 'answer', 'ref_answer_1']],
  [
    'single-math-v1-multi-turn',
    ['question_1', 'answer_1', 'question_2', 'answer_2', 'ref_answer_1', 'ref_answer_2'],
  ],
];

const readPrompts = async (file: string, wanted: Wanted): Promise<JudgePrompts> => {
  const found = new Map<string, JudgePrompt>();
  for await (const { row, where } of rowsOf(file, promptRow)) {
    const placeholders = wanted.find(([name]) => name === row.name)?.[1] ?? [];
    for (const placeholder of placeholders)
      if (!row.prompt_template.includes(`{${placeholder}}`))
        throw new BadInputError(`${where}, field prompt_template`, `lacks {${placeholder}}`);
    found.set(row.name, { name: row.name, system: row.system_prompt, template: row.prompt_template });
  }
  const [first, second, firstMath, secondMath] = wanted.map(([name]) => {
    const prompt = found.get(name);
    if (prompt) return prompt;
    throw new BadInputError(file, `has no prompt named ${name}`, {
      hint: 'Give the judge_prompts.jsonl that is published with MT-Bench.',
    });
  });
  return { plain: [first!, second!], withReference: [firstMath!, secondMath!] };
};

async function* rowsOf<T>(
  file: string,
  schema: z.ZodType<T>,
): AsyncGenerator<{ readonly row: T; readonly where: string }> {
  let line = 0;
  for await (const content of readLines(file)) {
    const where = `${file}:${++line}`;
    if (content.trim() !== '') yield { row: parseAs(schema, content, where), where };
  }
}

const refuseTwice = (seen: Set<number>, id: number, where: string): void => {
  if (seen.has(id)) throw new BadInputError(`${where}, field question_id`, `${id} is there twice`);
  seen.add(id);
};
