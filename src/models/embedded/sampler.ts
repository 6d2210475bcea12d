import type { Random } from '../../base/random.ts';

/**
 * Draws a token from the allowed part of a distribution, which need not add up to 1. Temperature 0 takes the likeliest,
 * the first of equals. One draw from the stream, whatever the temperature.
 */
export const sampleToken = (
  probabilities: Float32Array,
  allowed: Uint8Array,
  temperature: number,
  stream: Random,
): number => {
  const draw = stream.next();
  let best = -1;
  for (let token = 0; token < probabilities.length; token++)
    if (allowed[token] === 1 && (best < 0 || probabilities[token]! > probabilities[best]!)) best = token;
  if (temperature === 0) return best;
  const most = probabilities[best]!;
  const weight = (token: number): number => {
    if (allowed[token] !== 1) return 0;
    const share = probabilities[token]! / most;
    return temperature === 1 || share === 0 ? share : Math.exp(Math.log(share) / temperature);
  };
  let total = 0;
  for (let token = 0; token < probabilities.length; token++) total += weight(token);
  let left = draw * total;
  for (let token = 0; token < probabilities.length; token++) {
    left -= weight(token);
    if (left < 0) return token;
  }
  return best;
};
