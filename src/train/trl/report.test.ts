import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { followReport, parseReported, type Reported } from './report.ts';

const folder = await mkdtemp(join(tmpdir(), 'juxta-report-'));
after(() => rm(folder, { recursive: true }));

const line = (step: number): string =>
  `${JSON.stringify({ event: 'log', at: 1.5, step, steps: 9, metrics: { loss: 0.5, grad_norm: 'nan' } })}\n`;

describe('the report of a training', () => {
  it('has figures that JSON has no numbers for', () => {
    const entry = parseReported(
      '{"event": "log", "at": 2, "step": 1, "steps": 2, "metrics": {"a": "-inf", "b": "nan", "c": 1}}',
    );
    assert.ok(entry.event === 'log');
    assert.deepEqual(entry.metrics, { a: Number.NEGATIVE_INFINITY, b: Number.NaN, c: 1 });
  });

  it('is read as it grows, line by whole line, without what an earlier process left', async () => {
    const file = join(folder, 'grows.jsonl');
    await writeFile(file, line(8));
    const seen: Reported[] = [];
    const follower = await followReport(file, one => seen.push(one), assert.fail);
    await appendFile(file, line(1) + line(2).slice(0, 20));
    while (seen.length === 0) await new Promise(done => setTimeout(done, 5));
    await appendFile(file, line(2).slice(20));
    await follower.stop();
    assert.deepEqual(
      seen.map(one => one.event === 'log' && one.step),
      [1, 2],
    );
  });

  it('tells of what its reader throws, at once and at the end', async () => {
    const file = join(folder, 'thrown.jsonl');
    const refused = Promise.withResolvers<void>();
    const refuse = (): never => {
      throw new Error('not these');
    };
    const follower = await followReport(file, refuse, refused.resolve);
    await writeFile(file, line(1));
    await refused.promise;
    await assert.rejects(follower.stop(), /not these/);
  });
});
