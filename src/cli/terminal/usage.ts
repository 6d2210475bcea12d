/** What a run's remote models took, or will take, in lines. */
import { environmentCosts } from '../../environments/open.ts';
import type { Estimate, Range, RunEstimate } from '../../models/layers/estimate.ts';
import type { RunModels } from '../../rollout/run-models.ts';
import { requestLines } from '../../view/requests.ts';

/** For people; none if no model was reached over a network and no environment costs anything. */
export const usageLines = (runModels: RunModels | undefined): readonly string[] => [
  ...(runModels ? requestLines(runModels.note('ended'), runModels.counts()) : []),
  ...sessionLines(environmentCosts()),
];

/** @example sessionLines({ 'sessions opened': 3, 'calls replayed': 8 }) // ['environment: 3 sessions opened, 8 calls replayed'] */
export const sessionLines = (costs: Readonly<Record<string, number>>): readonly string[] => {
  const each = Object.entries(costs).map(([name, count]) => `${count} ${name}`);
  const { 'calls replayed': replayed = 0, 'forks of sessions': forks = 0 } = costs;
  if (forks > 0) each.push(`${(replayed / forks).toFixed(1)} calls replayed per fork`);
  return each.length > 0 ? [`environment: ${each.join(', ')}`] : [];
};

/** For `--json`. */
export const usageObject = (runModels: RunModels | undefined): object => {
  const costs = environmentCosts();
  return {
    ...(runModels && { requests: { ...runModels.spent(), events: runModels.counts() } }),
    ...(Object.keys(costs).length > 0 && { environment: costs }),
  };
};

/** What a whole run is estimated to take, with 90 % bounds. */
export const estimateLines = ({ probes, tasks, total, byModel }: RunEstimate): readonly string[] => [
  `${tasks} tasks, told from ${probes}, in all (between, with 90 % confidence):`,
  `  ${wordsOf(total)}`,
  ...(Object.keys(byModel).length > 1
    ? Object.entries(byModel).map(([model, estimate]) => `  ${model}: ${wordsOf(estimate)}`)
    : []),
];

const wordsOf = ({ calls, inputTokens, outputTokens, usd }: Estimate): string =>
  [
    `${rangeOf(calls, count)} calls`,
    `${rangeOf(inputTokens, thousands)} tokens in`,
    `${rangeOf(outputTokens, thousands)} out`,
    usd ? `${rangeOf(usd, dollars)} USD` : 'at an unknown price',
  ].join(', ');

const rangeOf = ({ expected, low, high }: Range, format: (value: number) => string): string =>
  low === undefined || high === undefined
    ? format(expected)
    : `${format(expected)} (${format(low)} to ${format(high)})`;

const count = (value: number): string => Math.round(value).toLocaleString('en');
const thousands = (value: number): string => `${Math.round(value / 1000).toLocaleString('en')} k`;
const dollars = (value: number): string => value.toFixed(value < 10 ? 4 : 2);
