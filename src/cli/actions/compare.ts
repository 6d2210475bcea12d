import { JuxtaError } from '../../base/errors.ts';
import type { Comparison } from '../../evaluate/bootstrap.ts';
import { compareEvaluations, type RunComparison } from '../../runs/comparison.ts';
import { fixed, percent, points, pValue, times, withInterval } from '../../view/format.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/compare.ts';
import { say } from '../terminal/terminal.ts';
import { inProject } from './run.ts';

export const action: Action<Options> = (options, { arguments: [before, after] }) => {
  if (before === undefined || after === undefined)
    throw new JuxtaError('no-evaluation', 'two runs are compared, and not both are named', {
      hint: '`juxta runs` lists the runs: juxta compare evaluate-1 evaluate-2',
    });
  return inProject(options, async project => {
    const found = await compareEvaluations(project, { before, after }, options);
    for (const [setting, comparison] of Object.entries(found))
      for (const line of linesOf(setting, comparison)) say(line);
    return { before, after, ...found };
  });
};

const linesOf = (
  setting: string,
  { success, reward, byType, faulty, unmatched, reference }: RunComparison,
) => [
  `${setting.padEnd(8)} success ${changeOf(success, percent)}`,
  `         difference ${withInterval(success.difference, points)} points   ratio ${withInterval(success.ratio, times)}   ${success.pairs} pairs`,
  `         average reward ${changeOf(reward, value => fixed(value, 3))}`,
  ...(byType.length > 1
    ? byType.map(
        ({ type, success }) =>
          `         ${type}: success ${changeOf(success, percent)}   ${success.pairs} pairs`,
      )
    : []),
  ...(faulty + unmatched > 0
    ? [`         left out: ${faulty} pairs with a fault, ${unmatched} without a partner`]
    : []),
  `         the reference's test: average reward ${fixed(reference.before, 3)} → ${fixed(reference.after, 3)}   ${pValue(reference.p)} (one-sided, unpaired)`,
];

const changeOf = ({ before, after, p }: Comparison, format: (value: number) => string): string =>
  `${format(before.value)} → ${format(after.value)}   ${pValue(p)}`;
