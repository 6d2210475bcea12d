import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { endsOf, lossCurve } from './losses.ts';

const folder = mkdtempSync(join(tmpdir(), 'juxta-losses-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a curve goes on where it was cut, steps that were made again count once, a torn line counts for nothing', () => {
  const first = lossCurve(folder);
  for (const step of [1, 2, 3]) first.add({ method: 'sft', step, loss: 1 / step });
  appendFileSync(join(folder, 'losses.jsonl'), '\n{"method":"sft","st');
  const resumed = lossCurve(folder);
  for (const step of [3, 4]) resumed.add({ method: 'sft', step, loss: 1 / step });
  resumed.add({ method: 'dpo', step: 1, loss: 0.7 });
  const steps = (points: readonly { method: string; step: number }[]) =>
    points.map(({ method, step }) => `${method} ${step}`);
  const whole = ['sft 1', 'sft 2', 'sft 3', 'sft 4', 'dpo 1'];
  assert.deepEqual(steps(resumed.points()), whole);
  assert.deepEqual(lossCurve(folder).points(), resumed.points());
});

test('first and last loss are given for each method separately', () => {
  const curve = (
    [
      ['sft', 1, 0.9],
      ['sft', 2, 0.3],
      ['dpo', 1, 0.7],
    ] as const
  ).map(([method, step, loss]) => ({
    method,
    step,
    loss,
  }));
  assert.deepEqual(endsOf(curve), [
    { method: 'sft', first: 0.9, last: 0.3 },
    { method: 'dpo', first: 0.7, last: 0.7 },
  ]);
  assert.deepEqual(endsOf([]), []);
});
