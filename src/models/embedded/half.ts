/** Half-precision floats (IEEE 754 binary16) as stored in weight files; arithmetic is always float32. */

const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

/** Rounds to the nearest, ties to even; too large becomes infinite. */
export const toHalf = (number: number): number => {
  value[0] = number;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const magnitude = Math.abs(value[0]!);
  if (Number.isNaN(magnitude)) return sign | 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below 2^-14 halves are multiples of 2^-24; adding 0.5 lets float32 addition do that rounding.
  if (magnitude < 2 ** -14) {
    value[0] = magnitude + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  const odd = (bits[0]! >>> 13) & 1;
  return sign | (((bits[0]! & 0x7fffffff) - (112 << 23) + 0xfff + odd) >>> 13);
};

export const fromHalf = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
};
