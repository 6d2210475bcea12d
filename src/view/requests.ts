/** What a run's requests to remote models took, and what went wrong on the way, in lines. */
import { type Counts, textsIn } from '../models/layers/events.ts';
import { parserOfDress } from '../models/text-calls/parsers.ts';

/** @param taken what they took, for example `12 calls, 3 k tokens` */
export const requestLines = (taken: string, counts: Counts): readonly string[] => {
  const { 'fault aborted': cancelled = 0, ...others } = counts;
  const saved = ['cached', 'shared', 'resumed'].filter(name => counts[name]);
  const faults = kindsOf(others, 'fault');
  const resamples = kindsOf(counts, 'resample');
  const unusable = kindsOf(counts, 'unusable');
  const userFaults = kindsOf(counts, 'user-fault');
  const asked = kindsOf(counts, 'asked');
  return [
    `requests: ${[
      taken,
      ...saved.map(name => `${counts[name]} ${name}`),
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ].join(', ')}`,
    ...(asked ? [`asked for: ${asked}`] : []),
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
  const { 'reply with-tools': withTools = 0, 'reply plain': plain = 0 } = counts;
  const share = (kind: string, replies: number): number =>
    Math.round((100 * (counts[`resample ${kind}`] ?? 0)) / Math.max(1, replies));
  const [dress = ''] = mostFrequentKind(counts, 'text-call') ?? [];
  return [
    ...(counts['resample call-in-text']
      ? [
          `  ${share('call-in-text', withTools)} % of replies hold a tool call as text (${dress}): ${parserAdvice(dress)}`,
        ]
      : dress
        ? [`tool calls read from text: ${kindsOf(counts, 'text-call')}`]
        : []),
    ...(counts['resample cut-off']
      ? [`  ${share('cut-off', withTools + plain)} % of replies were cut off for want of tokens`]
      : []),
  ];
};

/** @param dress as in `text-calls/dresses.ts` */
const parserAdvice = (dress: string): string => {
  const parser = parserOfDress(dress);
  const server = parser
    ? `start vLLM with --enable-auto-tool-choice --tool-call-parser ${parser}, another server with its own tool parser`
    : 'start the server with the tool parser of this model';
  return `${server}, or give --tool-calls text`;
};

const mostFrequentKind = (counts: Counts, type: string): readonly [kind: string, count: number] | undefined =>
  Object.entries(counts)
    .filter(([name]) => name.startsWith(`${type} `))
    .map(([name, count]) => [name.slice(type.length + 1), count] as const)
    .sort(([, a], [, b]) => b - a)[0];

const MOST_TOLD = 5;

/** What the servers said of failed requests, and what was warned of. */
const mostFrequent = (counts: Counts): readonly string[] => [
  ...textsIn(counts, 'said')
    .slice(0, MOST_TOLD)
    .map(({ text, count }) => `  ${text} (${count} ×)`),
  ...textsIn(counts, 'warning')
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
