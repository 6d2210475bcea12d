import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  contentOf,
  countIn,
  type Ended,
  juxta,
  objectOf,
  type Running,
  rowsIn,
  start,
  temporaryFolder,
  until,
  wordsOf,
} from '../testing.ts';

/** Small numbers; and so low a learning rate that the gate keeps the round whatever it learnt. */
const options =
  '--tasks 6 --beam 4 --test-tasks 6 --gate-tasks 3 --seed 3 --min-reward 0.5 --epochs 1 --batch-size 2 --learning-rate 1e-5'.split(
    ' ',
  );

interface Figures {
  readonly successRate: number;
  readonly averageReward: number;
  readonly n: number;
}
type Sides = Record<'before' | 'after', Record<'greedy' | 'sampled', Figures>>;

describe('juxta selftrain', () => {
  const folders = { whole: temporaryFolder({ after }), broken: temporaryFolder({ after }) };
  let whole: Ended;
  before(async () => {
    whole = await juxta(folders.whole, 'selftrain', ...options, '--json', '--threads', '2');
  });

  test('ends standard output with one object: before and after, greedy and sampled', () => {
    assert.equal(whole.code, 0, whole.stderr);
    const result = objectOf(whole) as unknown as Sides;
    for (const side of ['before', 'after'] as const)
      for (const setting of ['greedy', 'sampled'] as const) {
        const { successRate, averageReward, n } = result[side][setting];
        assert.equal(n, 6);
        assert.ok(successRate >= 0 && successRate <= averageReward && averageReward <= 1);
      }
  });

  test('tells how far each round moved the model from the base', () => {
    const [{ kl }] = objectOf(whole).rounds as [{ kl: { perToken: { value: number }; samples: number } }];
    assert.ok(kl.samples > 0 && kl.perToken.value > 0 && kl.perToken.value < 0.1, JSON.stringify(kl));
    const page = readFileSync(join(folders.whole, '.juxta/runs/selftrain-1/report.html'), 'utf8');
    assert.match(page, /KL to the base after round 1: 0\.0\d\d nats/);
  });

  test('tells what each stage took in time and memory', () => {
    const stages = objectOf(whole).stages as { stage: string; seconds: number; peakMemoryBytes: number }[];
    const names = stages.map(({ stage }) => stage).filter(stage => !/harvest|mix/.test(stage));
    const round = ['roll out', 'train', 'KL to the base', 'gate'].map(name => `round 1: ${name}`);
    assert.deepEqual(names, ['before', 'gate before', ...round, 'after']);
    for (const { stage, seconds, peakMemoryBytes } of stages) {
      assert.ok(seconds > 0 && seconds < 600, stage);
      assert.ok(peakMemoryBytes > 50e6 && peakMemoryBytes < 5e9, stage);
    }
  });

  test('tells its progress in a pipe as plain lines on standard error, and nothing else there', () => {
    for (const stage of ['before, greedy', 'gate before, sampled', 'round 1: roll out', 'after, sampled'])
      assert.match(whole.stderr, new RegExp(`^${stage}: \\d+/\\d+ tasks`, 'm'));
    assert.match(whole.stderr, /^round 1: train dpo: (\d+)\/\1 steps, .* {2}loss [\d.]+, \d+ tokens\/s$/m);
    assert.doesNotMatch(whole.stderr, /\p{Cc}(?<!\n)|[█·]/u);
    assert.match(whole.stderr, /^run selftrain-1 in .juxta\/runs\/selftrain-1\n/);
  });

  test('makes a report that needs no other file', () => {
    const page = readFileSync(join(folders.whole, '.juxta/runs/selftrain-1/report.html'), 'utf8');
    assert.match(page, /^<!doctype html>/i);
    assert.doesNotMatch(page, /(?:src|href)\s*=\s*["']?(?!#|data:)[^\s>"']|@import|url\((?!["']?data:)/);
    assert.match(page, /<svg/);
    assert.match(wordsOf(whole), /^report: .*report\.html$/m);
  });

  test('`juxta report` makes the page anew and says the same', async () => {
    const page = join(folders.whole, '.juxta/runs/selftrain-1/report.html');
    const first = readFileSync(page, 'utf8');
    rmSync(page);
    const again = await juxta(folders.whole, 'report', '--json');
    assert.deepEqual(objectOf(again), objectOf(whole));
    assert.equal(readFileSync(page, 'utf8'), first);
  });

  test('names the built-in model, not its path, in weights and dataset cards', () => {
    const run = join(folders.whole, '.juxta/runs/selftrain-1');
    for (const file of filesIn(run).filter(name => /README\.md$|\.safetensors$/.test(name)))
      assert.ok(!readFileSync(join(run, file), 'latin1').includes(folders.whole), file);
  });

  test('killed or stopped anywhere, goes on to the very same result, at any number of threads', async () => {
    const folder = folders.broken;
    const losses = join(folder, '.juxta/runs/selftrain-1/round-1/losses.jsonl');
    const updates = (): number =>
      existsSync(losses) ? readFileSync(losses, 'utf8').split('\n').length - 1 : 0;
    const evaluated = (stage: string) => () => countIn(folder, 'evaluations', stage);
    const statusOf = async (): Promise<unknown> =>
      (objectOf(await juxta(folder, 'runs', '--json')).runs as { status: string }[])[0]!.status;
    const resume = (...more: readonly string[]): Running => start(folder, 'selftrain', '--resume', ...more);

    const cut = async (running: Running, count: () => number, least: number, signal: NodeJS.Signals) => {
      if (!(await until(running, () => count() >= least))) assert.fail((await running.ended).stderr);
      const done = count();
      running.child.kill(signal);
      return { done, ...(await running.ended) };
    };

    const evaluating = await cut(
      start(folder, 'selftrain', ...options, '--threads', '1'),
      evaluated('before, greedy'),
      2,
      'SIGKILL',
    );
    assert.equal(await statusOf(), 'killed');

    const rolling = await cut(resume(), () => countIn(folder, 'trees', 'round 1: roll out'), 2, 'SIGINT');
    assert.ok(firstDone(rolling.stderr, 'before, greedy') >= evaluating.done, rolling.stderr);
    assert.equal(rolling.code, 130);
    assert.match(
      rolling.stderr,
      /^error: stopped .*\n {2}go on with: juxta selftrain --resume selftrain-1$/m,
    );
    assert.equal(await statusOf(), 'stopped');

    const training = await cut(resume(), updates, 2, 'SIGINT');
    assert.ok(firstDone(training.stderr, 'round 1: roll out') >= rolling.done, training.stderr);
    assert.equal(training.code, 130);
    const more = await cut(resume('--threads', '2'), updates, training.done + 2, 'SIGKILL');
    assert.doesNotMatch(more.stderr, /roll out|train sft: 1\//);
    const ending = await cut(resume(), evaluated('after, greedy'), 1, 'SIGKILL');

    const last = await resume('--json').ended;
    assert.equal(last.code, 0, last.stderr);
    assert.ok(firstDone(last.stderr, 'after, greedy') >= ending.done, last.stderr);
    assert.equal(await statusOf(), 'finished');

    assert.deepEqual(comparable(objectOf(last), folder), comparable(objectOf(whole), folders.whole));
    assert.deepEqual(contentOf(folder), contentOf(folders.whole));
    const [run, unbroken] = [folder, folders.whole].map(each => join(each, '.juxta/runs/selftrain-1'));
    assert.deepEqual(filesIn(run!), filesIn(unbroken!));
    for (const file of filesIn(run!).filter(name => !/report\.html$|losses\.jsonl$/.test(name)))
      assert.ok(readFileSync(join(run!, file)).equals(readFileSync(join(unbroken!, file))), file);
    assert.deepEqual(lossesOf(folder), lossesOf(folders.whole));
  });
});

test('a control trains with SFT, the one method that it has data for', async t => {
  const folder = temporaryFolder(t);
  const few = '--tasks 2 --test-tasks 1 --gate-tasks 1 --epochs 1'.split(' ');
  const { code, stdout, stderr } = await juxta(folder, 'selftrain', '--control', 'script', ...few);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^hamlet: \d of 1 rounds kept \(sft\)/m);
});

/** How many were done when a stage told of itself for the first time. */
const firstDone = (stderr: string, stage: string): number =>
  Number(new RegExp(`^${stage}: (\\d+)/`, 'm').exec(stderr)?.[1] ?? Number.NaN);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** All but what tells of the time it took and the place where it lies. */
const comparable = ({ stages: _, ...result }: Record<string, unknown>, folder: string): unknown =>
  JSON.parse(
    JSON.stringify(result)
      .replaceAll(/"seconds":[\d.]+/g, '"seconds":0')
      .replaceAll(folder, ''),
  );

const lossesOf = (folder: string): unknown => {
  const [row] = rowsIn(folder, "SELECT result FROM stages WHERE key = 'round 1: train'");
  return (JSON.parse(String(row?.result)) as { losses: unknown }).losses;
};
