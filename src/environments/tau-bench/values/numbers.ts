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
