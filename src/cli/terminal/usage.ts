/** What a run's remote models took, or will take, in lines. */
import type { Estimate, Range, RunEstimate } from '../../models/layers/estimate.ts';
import type { RunModels } from '../../rollout/run-models.ts';
import { requestLines } from '../../view/requests.ts';

/** For people; none if no model was reached over a network. */
export const usageLines = (runModels: RunModels | undefined): readonly string[] =>
  runModels ? requestLines(runModels.note('ended'), runModels.counts()) : [];

/** For `--json`. */
export const usageObject = (runModels: RunModels | undefined): object =>
  runModels ? { requests: { ...runModels.spent(), events: runModels.counts() } } : {};

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
