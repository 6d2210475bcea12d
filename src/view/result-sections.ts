/** The sections on what the agent could do before and after. */
import type { Comparison } from '../evaluate/bootstrap.ts';
import { type ErrorBreakdown, verdicts } from '../evaluate/errors.ts';
import { type Estimate, exactly } from '../evaluate/statistics.ts';
import { barChart, type Series, table } from './charts.ts';
import { decimal, percent, points, pValue, roundPercent, times, withInterval } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportedEvaluation } from './report-data.ts';

const beforeAfter: readonly Series[] = [
  { name: 'before', tone: 'before' },
  { name: 'after', tone: 'after' },
];
const drawn = { greedy: 'greedy', sampled: 'at temperature 1' } as const;

const tile = (
  heading: string,
  { before, after, ratio, difference, p }: Comparison,
): Html => html`<div class="tile">
<h3>${heading}</h3>
<div class="figure"><span class="from">${percent(before.value)} →</span> ${percent(after.value)}</div>
<p>${withInterval(ratio, times)}</p>
<p class="muted">${withInterval(difference, points)} points, ${pValue(p)}</p>
</div>`;

/** The figures to be remembered. */
export const headline = ({ setting, comparison }: ReportedEvaluation): Html => html`
${tile(`Success, ${drawn[setting]}`, comparison.success)}
${tile(`Average reward, ${drawn[setting]}`, comparison.reward)}`;

const groupsOf = (evaluation: ReportedEvaluation, figure: 'success' | 'reward') =>
  [{ type: 'all tasks', ...evaluation.comparison }, ...evaluation.comparison.byType].map(row => ({
    label: `${row.type} (${row[figure].pairs})`,
    values: [row[figure].before, row[figure].after],
  }));

const byType = (evaluation: ReportedEvaluation): Html => {
  const { setting, comparison } = evaluation;
  const chart = (figure: 'success' | 'reward', title: string): Html => {
    const { before, after } = comparison[figure];
    return barChart({
      id: `${figure}-${setting}`,
      title: `${title} by type of task, ${drawn[setting]}`,
      description: `Over all tasks ${percent(before.value)} before and ${percent(after.value)} after. Whiskers are 95 % intervals; the number of conversations is in brackets.`,
      series: beforeAfter,
      groups: groupsOf(evaluation, figure),
      format: percent,
      axis: roundPercent,
      to: 1,
    });
  };
  return html`${chart('success', 'Success')}${chart('reward', 'Average reward')}`;
};

const details = (evaluations: readonly ReportedEvaluation[]): Html => {
  const sides = evaluations.flatMap(({ setting, before, after }) => [
    { name: `${drawn[setting]}, before`, metrics: before },
    { name: `${drawn[setting]}, after`, metrics: after },
  ]);
  const faultsOf = (faults: Readonly<Record<string, number>>): string =>
    Object.entries(faults)
      .map(([cause, count]) => `${count} ${cause}`)
      .join(', ') || 'none';
  const left = evaluations.map(
    ({ setting, comparison: { faulty, unmatched, success } }) =>
      html`<p class="muted">${drawn[setting]}: ${success.pairs} pairs of conversations on ${success.tasks} tasks compared; ${faulty} pairs left out for a fault, ${unmatched} conversations without a partner.</p>`,
  );
  return html`${table(
    ['', 'n', 'success', 'reward', 'turns per task', 'calls per task', 'faults', 'fault-blind success'],
    sides.map(({ name, metrics }) => [
      name,
      String(metrics.n),
      withInterval(metrics.success, percent),
      percent(metrics.averageReward),
      decimal(metrics.turnsPerTask),
      decimal(metrics.callsPerTask),
      faultsOf(metrics.faults),
      percent(metrics.faultBlind.successRate),
    ]),
  )}${left}`;
};

const errorsOf = (setting: 'greedy' | 'sampled', before: ErrorBreakdown, after: ErrorBreakdown): Html => {
  const share = (breakdown: ErrorBreakdown, count: number): Estimate => exactly(count / breakdown.goals);
  const kinds = verdicts.filter(verdict => verdict !== 'reached');
  const names = Object.keys({ ...before.byArgument, ...after.byArgument });
  const wrongs = ({ byArgument }: ErrorBreakdown, name: string): number =>
    (byArgument[name]?.missing ?? 0) + (byArgument[name]?.wrong ?? 0);
  const ranked = names.toSorted((a, b) => wrongs(before, b) - wrongs(before, a)).slice(0, 25);
  const tools = Object.keys({ ...before.byTool, ...after.byTool }).sort();
  return html`${barChart({
    id: `errors-${setting}`,
    title: `Goals that were not reached, by what went wrong, ${drawn[setting]}`,
    description: `Shares of all goals: ${before.goals} before, ${after.goals} after.`,
    series: beforeAfter,
    groups: kinds.map(kind => ({
      label: kind.replace('-', ' '),
      values: [share(before, before.byVerdict[kind]), share(after, after.byVerdict[kind])],
    })),
    format: percent,
    axis: roundPercent,
  })}
<details><summary>By tool and by argument, ${drawn[setting]}</summary>
${table(
  ['before → after', ...verdicts.map(verdict => verdict.replace('-', ' '))],
  tools.map(tool => [
    html`<code>${tool}</code>`,
    ...verdicts.map(
      verdict => `${before.byTool[tool]?.[verdict] ?? 0} → ${after.byTool[tool]?.[verdict] ?? 0}`,
    ),
  ]),
)}
${table(
  ['argument', 'missing', 'wrong'],
  ranked.map(name => [
    html`<code>${name}</code>`,
    ...(['missing', 'wrong'] as const).map(
      kind => `${before.byArgument[name]?.[kind] ?? 0} → ${after.byArgument[name]?.[kind] ?? 0}`,
    ),
  ]),
)}</details>`;
};

export const evaluationSection = (evaluations: readonly ReportedEvaluation[]): Html =>
  html`${evaluations.map(byType)}${details(evaluations)}`;

export const errorSection = (evaluations: readonly ReportedEvaluation[]): Html =>
  html`${evaluations.map(({ setting, errors }) => errors && errorsOf(setting, errors.before, errors.after))}`;
