/** MT-Bench (Zheng et al. 2023, arXiv 2306.05685): what a model can do in general, before and after it was trained. */
import { inParallel } from '../../base/in-parallel.ts';
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';
import type { Model } from '../../models/model.ts';
import type { BootstrapOptions } from '../bootstrap.ts';
import { type Answers, answer } from './answer.ts';
import type { Turn } from './ask.ts';
import { type MtBenchFiles, type Question, readBenchmark, readPairPrompts } from './files.ts';
import { type Judgment, judgeTurn } from './judge.ts';
import { judgePair } from './pairwise.ts';
import { type Pairwise, pairwiseOf } from './pairwise-summary.ts';
import { compareJudgments, type MtBenchComparison, type Summary, summarise } from './summary.ts';
import type { JudgeParse } from './verdict.ts';

export interface MtBenchOptions extends MtBenchFiles {
  readonly model: Model;
  readonly judge: Model;
  readonly seed: number;
  /** Only these categories (default: all). */
  readonly categories?: readonly string[];
  /** Questions under way at the same time (default 8). */
  readonly concurrency?: number;
  /** How scores are read (default `official`). */
  readonly parse?: JudgeParse;
  /** How often the judge is asked at most for one score (default 1, as in the original; 3 if read strictly). */
  readonly tries?: number;
  /** The answers of an earlier run: the judge also says which of each two is better. */
  readonly against?: Pick<MtBenchResult, 'model' | 'answers' | 'judgments'>;
  readonly onProgress?: (progress: MtBenchProgress) => void;
  readonly signal?: AbortSignal;
}

export interface MtBenchProgress {
  /** Questions that are answered and judged. */
  readonly done: number;
  readonly questions: number;
  /** Turns that got a score so far, and their mean. */
  readonly scored: number;
  readonly mean: number;
}

export interface MtBenchResult {
  readonly model: string;
  readonly judge: string;
  readonly answers: readonly Answers[];
  readonly judgments: readonly Judgment[];
  /** Turns that the model failed to answer; they are in no mean. */
  readonly unanswered: number;
  readonly summary: Summary;
  /** With a run to compare answers with. */
  readonly pairwise?: Pairwise;
  readonly usage: { readonly model: Usage; readonly judge: Usage };
}

/**
 * Two turns per question, each graded from 1 to 10 on its own by the judge. The result is a function of the files, the
 * seed and the models' replies, whatever the concurrency.
 *
 * @example
 * const before = await mtBench({ questions, judgePrompts, referenceAnswers, model: base, judge, seed: 1 });
 * const after = await mtBench({ questions, judgePrompts, referenceAnswers, model: trained, judge, seed: 1 });
 * compareMtBench(before, after, { seed: 1 }).overall.difference; // { value: -0.1, low: -0.3, high: 0.1 }
 *
 * @throws BadInputError naming file, line and field; ModelError if an endpoint failed or a budget is used up
 */
export const mtBench = async (options: MtBenchOptions): Promise<MtBenchResult> => {
  const { model, judge, seed, categories, concurrency = 8, parse = 'official', against } = options;
  const { tries = parse === 'official' ? 1 : 3, onProgress, signal } = options;
  const { questions: all, prompts } = await readBenchmark(options);
  const pairPrompts = against && (await readPairPrompts(options.judgePrompts));
  const others = new Map(against?.answers.map(each => [each.question, each]));
  const questions = all.filter(({ category }) => categories?.includes(category) ?? true);
  let [done, scored, sum] = [0, 0, 0];
  const tell = (judgments: readonly Judgment[]): void => {
    for (const { score } of judgments)
      if (score !== null) {
        scored++;
        sum += score;
      }
    onProgress?.({ done: ++done, questions: questions.length, scored, mean: sum / scored });
  };
  const results = await inParallel(questions, concurrency, async question => {
    const answers = await answer(model, question, seed, signal);
    const judgments = await judgeAnswers(question, answers, turn =>
      judgeTurn(
        question,
        turn,
        [answers.turns[0]!, answers.turns[1]],
        prompts,
        { judge, seed, tries, parse },
        signal,
      ),
    );
    const baseline = others.get(question.id);
    const pairs =
      pairPrompts && baseline
        ? await Promise.all(
            turnsOf(question, answers, baseline).map(turn =>
              judgePair(question, turn, { model: answers, baseline }, pairPrompts, { judge, seed }, signal),
            ),
          )
        : [];
    tell(judgments);
    return { answers, judgments, pairs };
  });
  const pairs = results.flatMap(each => each.pairs);
  const judgments = results.flatMap(each => each.judgments);
  const total = (usages: readonly { readonly usage: Usage }[]): Usage =>
    usages.reduce((usage, each) => addUsage(usage, each.usage), noUsage);
  return {
    model: model.id,
    judge: judge.id,
    answers: results.map(each => each.answers),
    judgments,
    unanswered: 2 * questions.length - judgments.length,
    summary: summarise(judgments, { seed }),
    ...(against && { pairwise: pairwiseOf(pairs, { model: judgments, baseline: against }, { seed }) }),
    usage: {
      model: total(results.map(each => each.answers)),
      judge: addUsage(total(judgments), total(pairs)),
    },
  };
};

/** Before against after, over what both have a score for. */
export const compareMtBench = (
  before: Pick<MtBenchResult, 'judgments'>,
  after: Pick<MtBenchResult, 'judgments'>,
  options: BootstrapOptions,
): MtBenchComparison => compareJudgments(before.judgments, after.judgments, options);

const judgeAnswers = async (
  question: Question,
  answers: Answers,
  judged: (turn: Turn) => Promise<Judgment>,
): Promise<readonly Judgment[]> => Promise.all(turnsOf(question, answers).map(judged));

/** The turns that all have answered. */
const turnsOf = ({ turns }: Question, ...answers: readonly Answers[]): readonly Turn[] =>
  turns.map((_, i) => (i + 1) as Turn).filter(turn => answers.every(each => each.turns.length >= turn));
