/** The loss of every update, kept beside the weights: a training that goes on after a kill still has its whole curve. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Method, methodNames } from '../../train/methods.ts';

export interface LossPoint {
  readonly method: Method;
  readonly step: number;
  readonly loss: number;
}

const point = z.object({ method: z.enum(methodNames), step: z.int(), loss: z.number() });

/** Opens the curve in a run's folder. Steps that were made twice, the second time after a resume, count once. */
export const lossCurve = (
  folder: string,
): { add(point: LossPoint): void; points(): readonly LossPoint[] } => {
  const file = join(folder, 'losses.jsonl');
  const known = new Map<string, LossPoint>();
  const keep = (one: LossPoint): unknown => known.set(`${one.method} ${one.step}`, one);
  if (existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) pointsIn(line).forEach(keep);
  return {
    add: ({ method, step, loss }) => {
      keep({ method, step, loss });
      // The line end comes first: a line that was cut off by a power cut spoils no other.
      appendFileSync(file, `\n${JSON.stringify({ method, step, loss })}`);
    },
    points: () => [...known.values()],
  };
};

const pointsIn = (line: string): LossPoint[] => {
  try {
    return [point.parse(JSON.parse(line))];
  } catch {
    return [];
  }
};

/** Of each method in turn, the first loss and the last: losses of different methods do not compare. */
export const endsOf = (
  losses: readonly LossPoint[],
): readonly { readonly method: Method; readonly first: number; readonly last: number }[] =>
  [...Map.groupBy(losses, ({ method }) => method)].map(([method, points]) => ({
    method,
    first: points[0]!.loss,
    last: points.at(-1)!.loss,
  }));
