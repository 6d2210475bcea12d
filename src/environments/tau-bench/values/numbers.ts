/** Floats the Python way (specification, section 2.1). */

/**
 * The shortest digits that read back to the same float, laid out as Python does: `100.0`, `1e-05`, `1e+16`, `-0.0`,
 * `inf`, `nan`.
 */
export const floatText = (x: number): string => {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  if (Number.isInteger(x) && Math.abs(x) < 1e16) return `${Object.is(x, -0) ? '-0' : x}.0`;
  const magnitude = Math.abs(x);
  if (magnitude >= 1e-4 && magnitude < 1e16) return String(x);
  const [mantissa, exponent] = x.toExponential().split('e') as [string, string];
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
};

/**
 * Rounds to two decimals: the exact binary value, correctly, and only an exact tie to the even neighbour.
 * `toFixed` is as exact, but sends ties away from zero.
 */
export const roundFloat = (x: number): number => {
  if (x === 0 || !Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const eighths = x * 8;
  const isTie = Number.isInteger(eighths) && eighths % 2 !== 0;
  if (!isTie) return Number(x.toFixed(2));
  const below = (25n * BigInt(eighths) - 1n) / 2n;
  const cents = below % 2n === 0n ? below : below + 1n;
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return Number(`${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`);
};
