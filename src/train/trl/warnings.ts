/** What a count of tokens means for a training, in words. */
import type { Reported } from './report.ts';

export type Measured = Extract<Reported, { readonly event: 'measured' }>;

/** What somebody should know of the rows before they are trained on; nothing, if all of them are learnt whole. */
export const warningsOf = (measured: Measured): readonly string[] => {
  const { rows, longest, maxLength, dropped, droppedRows, cut, equal, equalRows, repaired } = measured;
  const keeping = `${longest} tokens keep all: --set max_length=${longest}`;
  return [
    ...(dropped > 0
      ? [
          `${dropped} of ${rows} rows are dropped, for their prompt fills max_length, ${maxLength} tokens: ${listed(droppedRows, dropped)}; ${keeping}`,
        ]
      : []),
    ...(cut > 0
      ? [`${cut} of ${rows} rows lose their end to max_length, ${maxLength} tokens; ${keeping}`]
      : []),
    ...(equal > 0
      ? [`${equal} of ${rows} pairs render as the same text and teach nothing: ${listed(equalRows, equal)}`]
      : []),
    ...(repaired > 0
      ? [`${repaired} of ${rows} rows hold half of a character; the sign � takes its place`]
      : []),
  ];
};

const listed = (numbers: readonly number[], all: number): string =>
  `row${all > 1 ? 's' : ''} ${numbers.join(', ')}${numbers.length < all ? ' …' : ''}`;
