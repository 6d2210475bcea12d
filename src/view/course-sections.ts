/** The sections on how a run went: rounds, training, costs, settings, and one fork to look at. */

import { exactly } from '../evaluate/statistics.ts';
import { kinds } from '../harvest/examples.ts';
import { barChart, lineChart, type Series, table } from './charts.ts';
import { renderTurns } from './conversation.ts';
import { bytes, decimal, duration, percent, roundPercent } from './format.ts';
import { type Html, html } from './html.ts';
import type { LossCurve, ReportedExample, ReportedRound, Setting, StageCost } from './report-data.ts';

export const roundSection = (rounds: readonly ReportedRound[]): Html => {
  const line = (name: string, tone: Series['tone'], figure: (round: ReportedRound) => number) => ({
    name,
    tone,
    points: rounds.map(round => ({ x: round.round, y: figure(round) })),
  });
  const last = rounds.at(-1)!;
  const chart = lineChart({
    id: 'rounds',
    title: 'Rewards per round',
    description: `In round ${last.round} the rollouts earned ${percent(last.rolloutReward)} on average; success on the gate set went from ${percent(last.gateBefore)} to ${percent(last.gateAfter)}.`,
    xLabel: 'round',
    format: percent,
    axis: roundPercent,
    include: [0, 1],
    lines: [
      line('rollouts, average reward', 'other', round => round.rolloutReward),
      line('gate set, success before training', 'before', round => round.gateBefore),
      line('gate set, success after', 'after', round => round.gateAfter),
    ],
  });
  return html`${chart}${table(
    ['round', 'trees', 'of full reward', ...kinds.map(kind => `${kind.toUpperCase()} examples`), 'model'],
    rounds.map(({ round, trees, fullRewardTrees, examples, kept }) => [
      String(round),
      ...[trees, fullRewardTrees, ...kinds.map(kind => examples[kind] ?? 0)].map(decimal),
      kept ? 'kept' : 'refused by the gate',
    ]),
  )}`;
};

export const costSection = (costs: readonly StageCost[]): Html => {
  const total = costs.reduce((sum, { seconds }) => sum + seconds, 0);
  return html`${barChart({
    id: 'costs',
    title: 'Wall time by stage',
    description: `${duration(total)} in all.`,
    series: [{ name: 'time', tone: 'after' }],
    groups: costs.map(({ stage, seconds }) => ({ label: stage, values: [exactly(seconds)] })),
    format: duration,
  })}${table(
    ['stage', 'time', 'peak memory', ''],
    costs.map(({ stage, seconds, peakMemoryBytes, detail }) => [
      stage,
      duration(seconds),
      bytes(peakMemoryBytes),
      detail ?? '',
    ]),
    `${duration(total)} in all`,
  )}`;
};

export const exampleSection = (example: ReportedExample): Html => html`
<p>Task <code>${example.task}</code>. The user was told:</p>
<ul>${example.instructions.map(sentence => html`<li>${sentence}</li>`)}</ul>
<h3>The same beginning</h3>
<div class="shared">${renderTurns(example.shared)}</div>
<div class="fork">
<section class="side golden"><h3>★ Golden path: reached ${example.goals.join(', ')}</h3>${renderTurns(example.golden)}</section>
<section class="side failed"><h3>✕ Its sibling earned nothing (${example.failedBecause})</h3>${renderTurns(example.failed)}</section>
</div>`;

export const trainingSection = (training: readonly LossCurve[]): Html =>
  html`<div class="charts">${training.map((curve, i) =>
    lineChart({
      id: `loss-${i}`,
      title: `Loss, ${curve.stage}`,
      description: `From ${decimal(curve.points[0]?.loss ?? Number.NaN)} to ${decimal(curve.points.at(-1)?.loss ?? Number.NaN)} in ${curve.points.length} steps.`,
      xLabel: 'step',
      width: 430,
      format: decimal,
      lines: [
        {
          name: 'loss',
          tone: 'after',
          points: curve.points.map(({ step, loss }) => ({ x: step, y: loss })),
        },
      ],
    }),
  )}</div>`;

export const settingSection = (settings: readonly Setting[]): Html =>
  html`<div class="settings">${table(
    ['setting', 'value'],
    settings.map(({ name, value }) => [name, html`<code>${value}</code>`]),
  )}</div>`;
