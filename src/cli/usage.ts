/** What a run's remote models took and what went wrong on the way, in lines. */
import type { Estimate, Range, RunEstimate } from '../models/estimate.ts';
import type { Counts } from '../models/events.ts';
import type { Backing } from '../runs/backing.ts';

/** For people; none if no model was reached over a network. */
export const usageLines = (backing: Backing | undefined): readonly string[] => {
  if (!backing) return [];
  const counts = backing.counts();
  const { 'fault aborted': cancelled = 0, ...others } = counts;
  const spared = ['cached', 'shared', 'resumed'].filter(name => counts[name]);
  const faults = kindsOf(others, 'fault');
  const resamples = kindsOf(counts, 'resample');
  const unusable = kindsOf(counts, 'unusable');
  const userFaults = kindsOf(counts, 'user-fault');
  return [
    `requests: ${[
      backing.note(),
      ...spared.map(name => `${counts[name]} ${name}`),
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ].join(', ')}`,
    ...(faults ? [`failed requests: ${faults}; tried again: ${kindsOf(counts, 'retry') ?? 0}`] : []),
    ...(resamples ? [`unusable answers, sampled again: ${resamples}`] : []),
    ...(unusable ? [`unusable however often sampled: ${unusable}`] : []),
    ...(userFaults ? [`unusable lines of the user, sampled again: ${userFaults}`] : []),
  ];
};

/** For `--json`. */
export const usageObject = (backing: Backing | undefined): object =>
  backing ? { requests: { ...backing.spent(), events: backing.counts() } } : {};

/** @example kindsOf({ 'fault reset': 2, 'fault server': 1 }, 'fault') // '3 (2 reset, 1 server)' */
const kindsOf = (counts: Counts, type: string): string | undefined => {
  const kinds = Object.entries(counts).filter(([name]) => name.startsWith(`${type} `));
  if (kinds.length === 0) return undefined;
  const each = kinds.map(([name, count]) => `${count} ${name.slice(type.length + 1)}`);
  return `${kinds.reduce((sum, [, count]) => sum + count, 0)} (${each.join(', ')})`;
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
