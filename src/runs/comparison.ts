/** Two finished evaluations side by side: our paired test, and the one of the reference's aggregation script. */
import { JuxtaError } from '../base/errors.ts';
import { unpairedBootstrapP } from '../evaluate/bootstrap.ts';
import { type ComparisonReport, compare } from '../evaluate/compare.ts';
import type { Outcome } from '../evaluate/metrics.ts';
import { mean } from '../evaluate/statistics.ts';
import { type Setting, settings } from './configuration.ts';
import { evaluationOf } from './diagnosis.ts';
import type { Project } from './project/project.ts';
import { settingKey } from './stage-keys.ts';

export interface RunComparison extends ComparisonReport {
  /**
   * As the reference compares two files of results: rewards of all conversations, those that a fault ended with 0, and a
   * one-sided, unpaired bootstrap.
   */
  readonly reference: { readonly before: number; readonly after: number; readonly p: number };
}

export type SettingComparisons = Readonly<Partial<Record<Setting, RunComparison>>>;

/**
 * Compares the settings that both runs were evaluated in.
 *
 * @param of names of runs of which an evaluation, or a self-training with its final one, has finished
 * @throws JuxtaError `no-evaluation`, or `not-comparable` if no setting is common to both or no task
 */
export const compareEvaluations = async (
  project: Project,
  of: { readonly before: string; readonly after: string },
  { setting, seed }: { readonly setting?: Setting | undefined; readonly seed: number },
): Promise<SettingComparisons> => {
  const outcomesOf = await Promise.all([of.before, of.after].map(run => outcomesIn(project, run)));
  const found: Partial<Record<Setting, RunComparison>> = {};
  for (const one of setting ? [setting] : settings) {
    const [before = [], after = []] = await Promise.all(outcomesOf.map(outcomes => outcomes(one)));
    if (before.length === 0 || after.length === 0) continue;
    const report = compare(before, after, { seed });
    if (report.success.pairs + report.faulty > 0)
      found[one] = { ...report, reference: referenceTest(before, after, seed) };
  }
  if (Object.keys(found).length > 0) return found;
  throw new JuxtaError(
    'not-comparable',
    `${of.before} and ${of.after} have no ${setting ?? 'greedy or sampled'} conversations with the same task and seed`,
    { hint: 'evaluate both on the same tasks, with the same --seed and --setting' },
  );
};

const outcomesIn = async (project: Project, run: string) => {
  const { stage } = await evaluationOf(project, run);
  return (setting: Setting): Promise<readonly Outcome[]> =>
    Array.fromAsync(project.store.evaluations({ run, stage: settingKey(stage, setting) }, setting));
};

const referenceTest = (before: readonly Outcome[], after: readonly Outcome[], seed: number) => {
  const rewardsOf = (outcomes: readonly Outcome[]): readonly number[] =>
    outcomes.map(({ reward, fault }) => (fault === null ? reward : 0));
  const [earlier, later] = [rewardsOf(before), rewardsOf(after)];
  return { before: mean(earlier), after: mean(later), p: unpairedBootstrapP(earlier, later, { seed }) };
};
