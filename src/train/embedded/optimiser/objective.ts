import { dpoLoss, ktoLoss, sftLoss } from '../../losses.ts';
import { type MicroBatch, type Objective, type Span, spanLogProbability } from '../batches/batch.ts';

export interface Evaluation {
  /** Summed over the micro-batch's tokens (SFT), completions (KTO) or pairs (DPO). */
  readonly loss: number;
  /** How many of them there were. */
  readonly count: number;
  /** d loss / d log-probability of every target, [rows, length] row-major. */
  readonly slopes: Float32Array<ArrayBuffer>;
}

/** Applies a loss to the log-probabilities of a micro-batch's targets. */
export const evaluate = (
  batch: MicroBatch,
  logProbabilities: Float32Array | Float64Array,
  objective: Objective,
): Evaluation => {
  const { length } = batch.shape;
  const slopes = new Float32Array(logProbabilities.length);
  const spread = (r: number, span: Span, slope: number): void => {
    for (let t = span.start; t < span.end; t++) slopes[r * length + t - 1]! += slope;
  };
  let loss = 0;
  let count = 0;
  const pairs = new Map<number, { r: number; span: Span }>();
  batch.rows.forEach((row, r) => {
    for (const span of row.spans) {
      const policy = spanLogProbability(logProbabilities, length, r, span);
      switch (objective.method) {
        case 'sft': {
          const term = sftLoss(policy);
          loss += term.loss;
          count += span.end - span.start;
          spread(r, span, term.slope);
          break;
        }
        case 'kto': {
          const score = { policy, reference: span.reference, desirable: span.good };
          const term = ktoLoss(score, objective.z0, objective);
          loss += term.loss;
          count++;
          spread(r, span, term.slope);
          break;
        }
        case 'dpo': {
          const other = pairs.get(span.pair!);
          if (other === undefined) {
            pairs.set(span.pair!, { r, span });
            break;
          }
          const [chosen, rejected] = span.good ? [{ r, span }, other] : [other, { r, span }];
          const score = (s: { r: number; span: Span }): number =>
            spanLogProbability(logProbabilities, length, s.r, s.span);
          const term = dpoLoss(
            {
              chosen: score(chosen),
              rejected: score(rejected),
              referenceChosen: chosen.span.reference,
              referenceRejected: rejected.span.reference,
            },
            objective.beta,
          );
          // The likelihood term keeps the chosen completion itself from growing less likely: its mean loss per token.
          const sft = objective.sftWeight / (chosen.span.end - chosen.span.start);
          loss += term.loss - sft * score(chosen);
          count++;
          spread(chosen.r, chosen.span, term.chosenSlope - sft);
          spread(rejected.r, rejected.span, term.rejectedSlope);
          break;
        }
      }
    }
  });
  return { loss, count, slopes };
};
