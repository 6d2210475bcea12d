/** What a gate says of a model. */
import type { EvaluationResult, SettingResult } from './evaluation.ts';

export type GateScore =
  /** Mean of the greedy and sampled success rates. */
  | { readonly score: number; readonly reason?: undefined }
  /** No conversation of a setting can be used, and why. */
  | { readonly score: null; readonly reason: string };

/** A gate without a usable conversation decides nothing: it says so, in place of a figure. */
export const gateScore = ({ greedy, sampled }: EvaluationResult): GateScore => {
  for (const [name, setting] of Object.entries({ greedy, sampled }))
    if (setting.n === 0)
      return { score: null, reason: `every ${name} conversation ended in a fault (${faultsOf(setting)})` };
  return { score: (greedy.successRate + sampled.successRate) / 2 };
};

const faultsOf = ({ faults }: SettingResult): string =>
  Object.entries(faults)
    .map(([fault, count]) => `${count} ${fault}`)
    .join(', ');
