/**
 * The training losses as pure functions of log-probabilities, each with its derivative with respect to them. Since a
 * network's gradient is Σ (d loss / d log p) · (d log p / d weights), these derivatives are all that a trainer needs.
 * Log-probabilities are natural and summed over a completion's tokens.
 */

/** A loss and its derivative with respect to each log-probability it was given. */
export interface Loss {
  readonly loss: number;
  readonly slope: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** -log sigmoid(x), without overflow. */
const softplusOfMinus = (x: number): number => Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Cross-entropy of one token (or sum over tokens); the mean over tokens is the caller's division. */
export const sftLoss = (logProbability: number): Loss => ({ loss: -logProbability, slope: -1 });

export interface DpoPair {
  readonly chosen: number;
  readonly rejected: number;
  readonly referenceChosen: number;
  readonly referenceRejected: number;
}
export interface DpoLoss {
  readonly loss: number;
  /** How much more the policy prefers the chosen completion than the reference does, times beta. */
  readonly margin: number;
  readonly chosenSlope: number;
  readonly rejectedSlope: number;
}

/** Direct preference optimisation, Rafailov et al. 2023 (arXiv 2305.18290), equation 7: -log sigmoid(margin). */
export const dpoLoss = (pair: DpoPair, beta: number): DpoLoss => {
  const margin = beta * (pair.chosen - pair.referenceChosen - (pair.rejected - pair.referenceRejected));
  const slope = -beta * sigmoid(-margin);
  return { loss: softplusOfMinus(margin), margin, chosenSlope: slope, rejectedSlope: -slope };
};

export interface KtoExampleScore {
  readonly policy: number;
  readonly reference: number;
  readonly desirable: boolean;
}
export interface KtoWeights {
  readonly beta: number;
  readonly desirable: number;
  readonly undesirable: number;
}

/**
 * Kahneman-Tversky optimisation, Ethayarajh et al. 2024 (arXiv 2402.01306), equation 8, as λ · (1 - v):
 * λ_D (1 - sigmoid(β (r - z0))) for desirable and λ_U (1 - sigmoid(β (z0 - r))) for undesirable completions, where r is
 * the log-ratio of policy to reference and z0 comes from `klEstimate` and takes no gradient.
 */
export const ktoLoss = (score: KtoExampleScore, z0: number, weights: KtoWeights): Loss => {
  const ratio = score.policy - score.reference;
  const sign = score.desirable ? 1 : -1;
  const weight = score.desirable ? weights.desirable : weights.undesirable;
  const value = sigmoid(sign * weights.beta * (ratio - z0));
  return { loss: weight * (1 - value), slope: -weight * sign * weights.beta * value * (1 - value) };
};

/**
 * KTO's reference point z0: the mean log-ratio of policy to reference over mismatched pairs (a prompt with another
 * example's completion), but not below 0; 0 without pairs.
 */
export const klEstimate = (policy: ArrayLike<number>, reference: ArrayLike<number>): number => {
  if (policy.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < policy.length; i++) sum += policy[i]! - reference[i]!;
  return Math.max(0, sum / policy.length);
};

/** Weights that give both classes the same total: the larger class weighs 1, the smaller one more. */
export const balancedWeights = (
  desirable: number,
  undesirable: number,
): { readonly desirable: number; readonly undesirable: number } => {
  if (desirable === 0 || undesirable === 0) return { desirable: 1, undesirable: 1 };
  const larger = Math.max(desirable, undesirable);
  return { desirable: larger / desirable, undesirable: larger / undesirable };
};
