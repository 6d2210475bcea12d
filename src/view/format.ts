/** Figures as people read them. What is no number is a dash. */
import type { Estimate } from '../evaluate/statistics.ts';

const unless = (value: number | null, format: (value: number) => string): string =>
  value === null || Number.isNaN(value)
    ? '–'
    : value === Number.POSITIVE_INFINITY
      ? '∞'
      : format(value).replace('-', '−');

/** A rate of no conversations is null where it was stored. */
export const percent = (share: number | null): string =>
  unless(share, value => `${(100 * value).toFixed(1)} %`);
/** @example fixed(0.12345, 3) // '0.123' */
export const fixed = (number: number | null, digits: number): string =>
  unless(number, value => value.toFixed(digits));
/** For axes: as short as it is exact. */
export const roundPercent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
export const times = (ratio: number): string => unless(ratio, value => `× ${value.toFixed(2)}`);
/** Percentage points, always with a sign. */
export const points = (share: number): string =>
  unless(share, value => `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)}`);

/** Up to three significant digits: 1,234; 56.7; 0.0123. */
export const decimal = (number: number): string =>
  unless(number, value =>
    Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3))),
  );

export const withInterval = ({ value, low, high }: Estimate, format: (value: number) => string): string =>
  `${format(value)} [${format(low)}, ${format(high)}]`;

export const pValue = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

export const duration = (seconds: number): string => {
  if (seconds < 60) return `${decimal(seconds)} s`;
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const [hours, minutes, rest] = parts.map(part => String(part).padStart(2, '0'));
  return whole < 3600 ? `${Number(minutes)} min ${rest} s` : `${Number(hours)} h ${minutes} min`;
};

export const bytes = (count: number): string =>
  count < 1e6
    ? `${decimal(count / 1e3)} kB`
    : count < 1e9
      ? `${decimal(count / 1e6)} MB`
      : `${decimal(count / 1e9)} GB`;
