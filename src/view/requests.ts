/** What a run's requests to remote models took, and what went wrong on the way, in lines. */
import { type Counts, toldIn } from '../models/layers/events.ts';

/** @param taken what they took, for example `12 calls, 3 k tokens` */
export const requestLines = (taken: string, counts: Counts): readonly string[] => {
  const { 'fault aborted': cancelled = 0, ...others } = counts;
  const spared = ['cached', 'shared', 'resumed'].filter(name => counts[name]);
  const faults = kindsOf(others, 'fault');
  const resamples = kindsOf(counts, 'resample');
  const unusable = kindsOf(counts, 'unusable');
  const userFaults = kindsOf(counts, 'user-fault');
  return [
    `requests: ${[
      taken,
      ...spared.map(name => `${counts[name]} ${name}`),
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ].join(', ')}`,
    ...(faults ? [`failed requests: ${faults}; tried again: ${kindsOf(counts, 'retry') ?? 0}`] : []),
    ...mostFrequent(counts),
    ...(resamples ? [`unusable answers, sampled again: ${resamples}`] : []),
    ...advice(counts),
    ...(unusable ? [`unusable however often sampled: ${unusable}`] : []),
    ...(userFaults ? [`unusable lines of the user, sampled again: ${userFaults}`] : []),
  ];
};

/** What the user can do about answers that had to be sampled again. */
const advice = (counts: Counts): readonly string[] => {
  const share = (kind: string): number =>
    Math.round((100 * (counts[`resample ${kind}`] ?? 0)) / Math.max(1, counts.call ?? 0));
  return [
    ...(counts['resample call-in-text']
      ? [
          `  ${share('call-in-text')} % of replies hold a tool call as text: start the server with the tool parser of this model`,
        ]
      : []),
    ...(counts['resample cut-off']
      ? [`  ${share('cut-off')} % of replies were cut off for want of tokens`]
      : []),
  ];
};

const MOST_TOLD = 5;

/** What the servers said of failed requests, and what was warned of. */
const mostFrequent = (counts: Counts): readonly string[] => [
  ...toldIn(counts, 'said')
    .slice(0, MOST_TOLD)
    .map(({ text, count }) => `  ${text} (${count} ×)`),
  ...toldIn(counts, 'warning')
    .slice(0, 2 * MOST_TOLD)
    .map(({ text }) => `warning: ${text}`),
];

/** @example kindsOf({ 'fault reset': 2, 'fault server': 1 }, 'fault') // '3 (2 reset, 1 server)' */
const kindsOf = (counts: Counts, type: string): string | undefined => {
  const kinds = Object.entries(counts).filter(([name]) => name.startsWith(`${type} `));
  if (kinds.length === 0) return undefined;
  const each = kinds.map(([name, count]) => `${count} ${name.slice(type.length + 1)}`);
  return `${kinds.reduce((sum, [, count]) => sum + count, 0)} (${each.join(', ')})`;
};
