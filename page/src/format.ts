/** Figures and terms as people read them. */
import type { Became, NodeDetail } from '../../src/view/viewer/api.ts';

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** Percentage points, with their sign. @example points(0.125) // '+12.5' */
export const points = (share: number): string =>
  `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(1)}`;
export const whole = (count: number): string => count.toLocaleString('en');

/** @example counted(2, 'tree') // '2 trees' */
export const counted = (count: number, thing: string): string =>
  `${whole(count)} ${thing}${count === 1 ? '' : 's'}`;

export const duration = (seconds: number | null): string => {
  if (seconds === null) return '–';
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  return s < 3600
    ? `${Math.floor(s / 60)} min ${s % 60} s`
    : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
};

export const megabytes = (bytes: number | null): string =>
  bytes === null ? '–' : `${whole(Math.round(bytes / 1e6))} MB`;

export const moment = (iso: string): string =>
  new Date(iso).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });

export const nodeName = (path: string): string => (path === '' ? 'root' : path);

export const becameWords: Readonly<Record<Became, string>> = {
  sft: 'SFT',
  'kto-good': 'KTO good',
  'kto-bad': 'KTO bad',
  'dpo-chosen': 'DPO chosen',
  'dpo-rejected': 'DPO rejected',
  withheld: 'withheld because of a fault',
  contradicted: 'contradicted by a line that won',
};

export const causeWords: Readonly<Record<NonNullable<NodeDetail['cause']>, string>> = {
  goal: 'every goal reached',
  'user-ended': 'the user hung up',
  'environment-ended': 'the environment ended it',
  'turn-limit': 'out of turns',
  'agent-error': 'the agent failed',
  superseded: 'superseded: a sibling was first',
  'user-fault': 'fault of the user simulator',
  'environment-fault': 'fault of the environment',
  'infrastructure-fault': 'fault of the infrastructure',
  'context-length': 'longer than the model takes',
  'content-filter': 'refused by a content filter',
  budget: 'the budget was used up',
};

const faults: ReadonlySet<string> = new Set([
  'user-fault',
  'environment-fault',
  'infrastructure-fault',
  'context-length',
  'content-filter',
  'budget',
]);

/** How a node is drawn. */
export type NodeLook = 'golden' | 'successful' | 'fault' | 'lost' | 'open';

export const lookOf = ({ golden, successful, cause }: NodeDetail): NodeLook => {
  if (golden) return 'golden';
  if (successful) return 'successful';
  if (cause !== null && faults.has(cause)) return 'fault';
  return cause === null ? 'open' : 'lost';
};

export const lookWords: Readonly<Record<NodeLook, string>> = {
  golden: 'golden: on the way to the goals',
  successful: 'successful, but a sibling was first',
  lost: 'lost: ended without a goal',
  fault: 'ended by a fault',
  open: 'branched on',
};
