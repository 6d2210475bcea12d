/**
 * What goes to a worker: rows of tokens in one padded shape, and which tokens of each row count for what. Plain data,
 * so that it can be posted between threads.
 */

/** A stretch of tokens [start, end) of a row whose log-probabilities are summed: an agent's tokens, a completion. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** KTO: whether the completion is desirable. DPO: whether it is the chosen one. SFT: true. */
  readonly good: boolean;
  /** Summed log-probability under the reference model; 0 where the method has none. */
  readonly reference: number;
  /** DPO: spans with the same number, one good and one not, make a pair within their micro-batch. */
  readonly pair?: number;
}

/** One token sequence and its spans. */
export interface Row {
  readonly tokens: Int32Array;
  readonly spans: readonly Span[];
}

/** The padded shape that a jitted graph is compiled for. A row of n tokens needs length n - 1 (inputs and targets). */
export interface Shape {
  readonly rows: number;
  readonly length: number;
}

export interface MicroBatch {
  readonly shape: Shape;
  /** At most `shape.rows`; the rest is padding. */
  readonly rows: readonly Row[];
}

/** The loss that a worker applies to a micro-batch. */
export type Objective =
  | { readonly method: 'sft' }
  | {
      readonly method: 'kto';
      readonly beta: number;
      readonly z0: number;
      readonly desirable: number;
      readonly undesirable: number;
    }
  | { readonly method: 'dpo'; readonly beta: number; readonly sftWeight: number };

/** Inputs and targets of a micro-batch, [rows, length] row-major, padded with token 0. */
export const padded = ({
  shape,
  rows,
}: MicroBatch): { readonly inputs: Int32Array<ArrayBuffer>; readonly targets: Int32Array<ArrayBuffer> } => {
  const inputs = new Int32Array(shape.rows * shape.length);
  const targets = new Int32Array(shape.rows * shape.length);
  rows.forEach((row, r) => {
    inputs.set(row.tokens.subarray(0, row.tokens.length - 1), r * shape.length);
    targets.set(row.tokens.subarray(1), r * shape.length);
  });
  return { inputs, targets };
};

/** The sum of a span's log-probabilities, given those of row `r`'s targets: token t is the target of position t - 1. */
export const spanLogProbability = (
  logProbabilities: Float32Array | Float64Array,
  length: number,
  r: number,
  span: Span,
): number => {
  let sum = 0;
  for (let t = span.start; t < span.end; t++) sum += logProbabilities[r * length + t - 1]!;
  return sum;
};

/** Tokens that are no padding. */
export const tokensIn = (batches: readonly MicroBatch[]): number =>
  batches.reduce((sum, batch) => sum + batch.rows.reduce((n, row) => n + row.tokens.length, 0), 0);
