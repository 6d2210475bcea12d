import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tokenizerFolder } from '../harvest/formats/fixtures.ts';
import { type Ended, juxta, objectOf, temporaryFolder, wordsOf } from './testing.ts';

const commands = [
  ['selftrain'],
  ['rollout'],
  ['export'],
  ['train'],
  ['evaluate'],
  ['compare'],
  ['diagnose'],
  ['report'],
  ['runs'],
  ['data', 'pull'],
  ['conformance'],
];

test('the help of every command has examples', async () => {
  const folder = temporaryFolder({ after });
  const helps = await Promise.all(commands.map(command => juxta(folder, ...command, '--help')));
  for (const [i, { code, stdout }] of helps.entries()) {
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`\\nExamples?:\\n {2}juxta ${commands[i]!.join(' ')}`));
  }
  const { stdout } = await juxta(folder, '--help');
  for (const command of commands) assert.match(stdout, new RegExp(`\\n {2}${command[0]}\\b`));
});

describe('the stages alone', () => {
  const folder = temporaryFolder({ after });
  const run = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await juxta(folder, ...args);
    assert.equal(ended.code, 0, ended.stderr);
    return ended;
  };
  const rowsOf = (file: string): Record<string, unknown>[] =>
    readFileSync(join(folder, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
  const training = ['train', '--epochs', '1', '--batch-size', '8', '--json'];

  let rollout: Ended;
  before(async () => {
    rollout = await run('rollout', '--tasks', '5', '--beam', '4', '--seed', '2', '--json');
  });

  test('rollout says what it earned and how to go on', () => {
    assert.equal(objectOf(rollout).trees, 5);
    assert.match(
      wordsOf(rollout),
      /^5 trees in .*: average reward [\d.]+, every goal reached in \d, \d+ nodes/m,
    );
    assert.match(wordsOf(rollout), /^next: juxta export --run rollout-1 --format trl-sft --out FOLDER$/m);
  });

  test('export writes the three kinds of examples, each with its card', async () => {
    for (const kind of ['sft', 'kto', 'dpo']) {
      const few = ['--min-reward', '0.3', '--filters', 'cap-per-task=4'];
      const format = ['--format', `trl-${kind}`, '--out', `data/${kind}`, ...few];
      const { stdout } = await run('export', '--run', 'rollout-1', ...format);
      const file = `data/${kind}/${kind}.jsonl`;
      assert.match(stdout, new RegExp(`^${file}: ${rowsOf(file).length} rows$`, 'm'));
      assert.deepEqual(readdirSync(join(folder, 'data', kind)).sort(), ['README.md', `${kind}.jsonl`]);
    }
    const [sft, kto, dpo] = ['sft', 'kto', 'dpo'].map(kind => rowsOf(`data/${kind}/${kind}.jsonl`)[0]!);
    assert.deepEqual(Object.keys(sft!), ['messages', 'tools']);
    assert.deepEqual(Object.keys(kto!).sort(), ['completion', 'label', 'prompt', 'tools']);
    assert.deepEqual(Object.keys(dpo!).sort(), ['chosen', 'prompt', 'rejected', 'tools']);
    const card = readFileSync(join(folder, 'data/sft/README.md'), 'utf8');
    assert.match(card, /^license: apache-2\.0$/m);
    assert.match(card, /embedded:base/);
  });

  test('export checks just what it writes with a template, and says what was left out', async () => {
    const model = await tokenizerFolder('hermes', { model_max_length: 100_000 });
    after(() => rmSync(model, { recursive: true }));
    const options = ['--min-reward', '0.3', '--filters', 'cap-per-task=1', '--format', 'trl-dpo'];
    const checked = await run(
      ...['export', '--run', 'rollout-1', ...options, '--out', 'data/checked', '--check', model, '--json'],
    );
    const rows = rowsOf('data/checked/dpo.jsonl').length;
    assert.match(wordsOf(checked), new RegExp(`: ${rows} of ${rows} examples come through whole`));
    assert.equal((objectOf(checked).check as { examples: number }).examples, rows);
    assert.match(
      wordsOf(checked),
      /^ {2}cap-per-task: \d+ examples? of [1-5] tasks? left out \(all but 1 examples/m,
    );
  });

  test('train takes each method, alone, in sequence and with adapters, and evaluate the model', async () => {
    const sft = await run(...training, '--dataset', 'data/sft');
    assert.match(wordsOf(sft), /^\d+ updates in .*: loss [\d.]+ → [\d.]+, \d+ tokens\/s$/m);
    assert.match(wordsOf(sft), /^next: juxta evaluate --model embedded:train-1$/m);
    await run(...training, '--dataset', 'data/sft/sft.jsonl', '--lora-rank', '4');
    const both = await run(...training, '--method', 'sft+dpo', '--dataset', 'data/sft', 'data/dpo');
    assert.match(wordsOf(both), /: sft loss [\d.]+ → [\d.]+, dpo loss [\d.]+ → [\d.]+, /);
    const methods = (objectOf(both).losses as { method: string }[]).map(({ method }) => method);
    assert.deepEqual([...new Set(methods)], ['sft', 'dpo']);
    await run(...training, '--method', 'kto', '--dataset', 'data/kto');

    const weights = [1, 2, 3, 4].map(n =>
      readFileSync(join(folder, `.juxta/runs/train-${n}/model.safetensors`)).toString('base64'),
    );
    assert.equal(new Set(weights).size, 4);
    const measured = await run('evaluate', '--model', 'embedded:train-3', '--tasks', '2', '--json');
    assert.match(wordsOf(measured), /^greedy +success [\d.]+ % \[.*n 2$/m);
    assert.equal((objectOf(measured).sampled as { n: number }).n, 2);
  });

  test('runs lists them all with what came out', async () => {
    const { stdout } = await run('runs');
    const lines = stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map(line => line.split(/ +/).slice(0, 2)),
      ['rollout-1', 'train-1', 'train-2', 'train-3', 'train-4', 'evaluate-1'].map(id => [id, 'finished']),
    );
    assert.match(lines[0]!, /5 trees, average reward/);
    assert.match(lines[1]!, /\d+ updates, last loss [\d.]+$/);
    assert.match(lines[3]!, /\d+ updates, last loss sft [\d.]+, dpo [\d.]+$/);
    assert.match(lines[5]!, /success [\d.]+ % greedy, [\d.]+ % sampled$/);
  });

  test('the way on names the folder and the environment, and exports nothing that is not there', async () => {
    const hopeless = ['rollout', '--tasks', '1', '--beam', '1', '--level', '3', '--temperature', '2'];
    const lost = await run(...hopeless, '--folder', 'lost');
    assert.match(wordsOf(lost), /every goal reached in 0/);
    assert.match(wordsOf(lost), /^next: no tree reached (a|every) goal.*: roll out more tasks/m);
    assert.doesNotMatch(wordsOf(lost), /^next: juxta export/m);
    const there = ['--level', '1', '--folder', 'there'];
    const found = await run('rollout', '--tasks', '3', '--agent', 'script', '--folder', 'there');
    assert.match(wordsOf(found), /^next: juxta export .* --out FOLDER --folder there$/m);
    const trained = await run(...training, '--dataset', 'data/sft', ...there);
    assert.match(
      wordsOf(trained),
      /^next: juxta evaluate --model embedded:train-1 --level 1 --folder there$/m,
    );
  });

  test('a script needs no model, and a finished run told to resume says the same again', async () => {
    const scripted = ['evaluate', '--agent', 'script', '--tasks', '3', '--json'];
    const first = await run(...scripted, '--folder', 'other');
    assert.equal((objectOf(first).greedy as { successRate: number }).successRate, 1);
    const again = await run('evaluate', '--resume', 'evaluate-1', '--json', '--folder', 'other');
    assert.deepEqual(objectOf(again), objectOf(first));
  });
});
