/** `juxta evaluate --benchmark mt-bench`. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import { readBenchmark, readPairPrompts } from '../../evaluate/mt-bench/files.ts';
import type { Pairwise, Tally } from '../../evaluate/mt-bench/pairwise-summary.ts';
import type { MtBenchComparison, Score, Summary } from '../../evaluate/mt-bench/summary.ts';
import { baseModel, resolveModel } from '../../models/open.ts';
import { isRemote } from '../../rollout/cast.ts';
import { checkModels } from '../../rollout/run-models.ts';
import { type BenchmarkConfiguration, type BenchmarkOutcome, runMtBench } from '../../runs/benchmark.ts';
import type { Run } from '../../runs/project/project.ts';
import { percent, pValue, withInterval } from '../../view/format.ts';
import type { BenchmarkOptions, Options } from '../commands/evaluate.ts';
import { limitsOf } from '../configure/limits.ts';
import { progressOn, say } from '../terminal/terminal.ts';
import type { Outcome } from './run.ts';

/** @throws JuxtaError `no-judge`, `no-data`, `missing-key`, `unknown-model`; BadInputError naming file, line and field */
export const benchmarkOf = async (options: Options, folder: string): Promise<BenchmarkConfiguration> => {
  const { judge, categories, baseline, judgeParse = 'official', mode = 'single' } = options;
  if (judge === undefined)
    throw new JuxtaError('no-judge', 'MT-Bench is graded by a model, and none is named', {
      hint: 'name one, as strong as you can: --judge openai:gpt-…',
    });
  if (options.dryRun !== undefined)
    throw new JuxtaError('bad-option', 'MT-Bench has no dry run', {
      hint: 'it asks twice per question and judges each answer; try one of its --categories',
    });
  if (mode === 'pairwise' && baseline === undefined)
    throw new JuxtaError('bad-option', 'there is nothing to compare the answers with', {
      hint: 'name a finished run of this benchmark: --baseline RUN',
    });
  const files = filesOf(options);
  if (mode === 'pairwise') await readPairPrompts(files.judgePrompts);
  const { questions } = await readBenchmark(files);
  const unknown = categories?.find(name => !questions.some(({ category }) => category === name));
  if (unknown !== undefined)
    throw new JuxtaError('bad-option', `no question is of the category ${unknown}`, {
      hint: `there are ${[...new Set(questions.map(({ category }) => category))].join(', ')}`,
    });
  const open = async (name: string): Promise<string> =>
    isRemote(name) ? name : resolve(await resolveModel(name, folder));
  const configuration: BenchmarkConfiguration = {
    benchmark: 'mt-bench',
    model: await open(options.model ?? baseModel),
    judge: await open(judge),
    files,
    categories: categories ?? null,
    baseline: baseline ?? null,
    judgeParse,
    ...(mode === 'pairwise' && { pairwise: true }),
    seed: options.seed,
    threads: options.threads,
    limits: limitsOf(options),
  };
  await checkModels({ model: configuration.model, userModel: configuration.judge }, configuration.limits);
  return configuration;
};

const filesOf = ({
  questions,
  judgePrompts,
  references,
}: BenchmarkOptions): BenchmarkConfiguration['files'] => {
  const given = questions ?? join('.juxta', 'data', 'mt-bench');
  if (!existsSync(given))
    throw new JuxtaError('no-data', `there are no questions in ${given}`, {
      hint: 'fetch them with `juxta data pull mt-bench`, or name their file: --questions FILE',
    });
  const file = resolve(statSync(given).isDirectory() ? join(given, 'question.jsonl') : given);
  const answers = references ?? join(dirname(file), 'reference_answer', 'gpt-4.jsonl');
  return {
    questions: file,
    judgePrompts: resolve(judgePrompts ?? join(dirname(file), 'judge_prompts.jsonl')),
    ...((references !== undefined || existsSync(answers)) && { referenceAnswers: resolve(answers) }),
  };
};

export const evaluateBenchmark = async (
  run: Run,
  configuration: BenchmarkConfiguration,
  signal: AbortSignal,
): Promise<Outcome> => {
  const outcome = await runMtBench(run, configuration, progressOn(process.stderr), signal);
  for (const line of linesOf(configuration, outcome)) say(line);
  const { model, judge, summary, unanswered, usage, pairwise } = outcome.result;
  const { judgments: _, ...compared } = pairwise ?? {};
  const measured = { model, judge, summary, unanswered, usage, ...(pairwise && { pairwise: compared }) };
  return { json: { run: run.id, benchmark: 'mt-bench', ...measured, comparison: outcome.comparison } };
};

const linesOf = (
  { baseline }: BenchmarkConfiguration,
  { result, comparison, spent }: BenchmarkOutcome,
): readonly string[] => [
  ...scoreLines(result.summary),
  ...(result.unanswered > 0 ? [`the model failed to answer ${result.unanswered} turns`] : []),
  ...(result.summary.unscored > 0 ? [`the judge gave no score to ${result.summary.unscored} turns`] : []),
  ...(comparison ? comparisonLines(baseline!, comparison) : []),
  ...(result.pairwise ? pairwiseLines(baseline!, result.pairwise) : []),
  `requests: ${spent}`,
];

const scoreLines = ({ overall, byTurn, byCategory }: Summary): readonly string[] => [
  `mt-bench      ${withInterval(overall, grade)}   n ${overall.n}`,
  ...byTurn.map((score, i) => scoreLine(`turn ${i + 1}`, score)),
  ...byCategory.map(score => scoreLine(score.category, score)),
];

const scoreLine = (name: string, score: Score): string =>
  `  ${name.padEnd(12)}${withInterval(score, grade)}   n ${score.n}`;

const comparisonLines = (
  baseline: string,
  { overall, byCategory, unmatched }: MtBenchComparison,
): readonly string[] => [
  `against ${baseline}: ${grade(overall.before.value)} → ${grade(overall.after.value)}, ` +
    `difference ${withInterval(overall.difference, grade)}, ${pValue(overall.p)}`,
  ...byCategory.map(
    ({ category, before, after, difference }) =>
      `  ${category.padEnd(12)}${grade(before.value)} → ${grade(after.value)}, difference ${withInterval(difference, grade)}`,
  ),
  ...(unmatched > 0 ? [`  ${unmatched} turns are scored on one side only, and left out`] : []),
];

const pairwiseLines = (
  baseline: string,
  { overall, byTurn, byCategory, agreement, unread }: Pairwise,
): readonly string[] => [
  tallyLine(`pairwise against ${baseline}:`, overall),
  ...byTurn.map((tally, i) => tallyLine(`  ${`turn ${i + 1}`.padEnd(12)}`, tally)),
  ...byCategory.map(tally => tallyLine(`  ${tally.category.padEnd(12)}`, tally)),
  ...agreement
    .filter(({ total }) => total > 0)
    .map(
      ({ between, turn, ties, agree, total }) =>
        `  agreement ${sides[between]}, turn ${turn}, ${ties ? 'with' : 'without'} ties: ${agree} of ${total} (${percent(agree / total)})`,
    ),
  ...(unread > 0 ? [`  in ${unread} orders the judge did not say who won; such a pair is a tie`] : []),
];

const sides = { orders: 'between the two orders', grades: 'with the grades of each answer alone' } as const;

const tallyLine = (name: string, { wins, losses, ties, winRate }: Tally): string =>
  `${name} ${wins} won, ${losses} lost, ${ties} tied; win rate ${withInterval(winRate, percent)}`;

const grade = (value: number): string => (Number.isFinite(value) ? value.toFixed(2).replace('-', '−') : '–');
