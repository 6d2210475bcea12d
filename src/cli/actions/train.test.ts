/** `juxta train` with the trainers of real models: a stand-in for TRL, and a server that speaks a service's protocol. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tinyDataset } from '../../train/embedded/testing.ts';
import { type HostedServer, startHostedServer } from '../../train/hosted/testing/server.ts';
import { writeData } from '../../train/trl/data.ts';
import { type Behaviour, standInPython } from '../../train/trl/testing/stand-in.ts';
import { type Ended, juxta, objectOf, rowsIn, start, temporaryFolder, until, wordsOf } from '../testing.ts';

const folder = temporaryFolder({ after });
before(async () => {
  for (const method of ['sft', 'kto', 'dpo'] as const) {
    mkdirSync(join(folder, 'data', method), { recursive: true });
    await writeData(tinyDataset(20), method, join(folder, 'data', method, `${method}.jsonl`), 1);
  }
});
const train = (...args: readonly string[]): Promise<Ended> => juxta(folder, 'train', ...args);

describe('juxta train --trainer trl', () => {
  const python = standInPython(join(folder, 'python'));
  const kto = ['--trainer', 'trl', '--python', python, '--model', 'org/Qwen-base', '--method', 'kto'];
  const data = ['--dataset', 'data/kto', '--set', 'use_cpu=true', 'save_steps=2'];
  const behave = (behaviour: Behaviour): void => {
    process.env.STAND_IN = JSON.stringify(behaviour);
  };
  after(() => {
    delete process.env.STAND_IN;
  });
  const runFile = (run: string, ...names: readonly string[]): string =>
    readFileSync(join(folder, '.juxta', 'runs', run, ...names), 'utf8');

  test('trains by a preset, follows the log, registers the adapter and says how to serve it', async () => {
    const ended = await train(...kto, ...data, '--preset', 'paper-kto', '--learning-rate', '1e-6', '--json');
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stderr, /^train kto: (\d+)\/\1 steps.*loss [\d.]+/m);
    assert.match(wordsOf(ended), /^\d+ updates in .*: loss [\d.]+ → [\d.]+/m);
    assert.match(wordsOf(ended), /vllm serve org\/Qwen-base --enable-lora .*--lora-modules train-1=/);
    assert.match(wordsOf(ended), /juxta evaluate --model 'http:\/\/localhost:8000\/v1#train-1'/);
    const [model] = rowsIn(folder, 'SELECT * FROM models');
    assert.equal(model?.id, 'train-1');
    assert.equal(model?.base, 'org/Qwen-base');
    assert.equal(model?.path, objectOf(ended).model);
    assert.ok((objectOf(ended).losses as unknown[]).length > 1);
    const options = runFile('train-1', 'kto', 'options.json');
    for (const line of ['"undesirable_weight": 2.71', '"learning_rate": 0.000001', '"save_steps": 2'])
      assert.ok(options.includes(line), options);
  });

  test('stopped, goes on from the last checkpoint with --resume', async () => {
    behave({ stepMs: 150 });
    const running = start(folder, 'train', ...kto, ...data, '--json');
    const losses = (): number => {
      try {
        return runFile('train-2', 'losses.jsonl').split('\n').length - 1;
      } catch {
        return 0;
      }
    };
    assert.ok(await until(running, () => losses() >= 3));
    running.child.kill('SIGINT');
    const stopped = await running.ended;
    assert.equal(stopped.code, 130, stopped.stderr);
    assert.match(stopped.stderr, /go on with: juxta train --resume train-2/);
    behave({});
    const resumed = await train('--resume', '--json');
    assert.equal(resumed.code, 0, resumed.stderr);
    const steps = (objectOf(resumed).losses as { step: number }[]).map(({ step }) => step);
    assert.deepEqual(
      steps,
      steps.map((_, i) => i + 1),
    );
    assert.match(runFile('train-2', 'kto', 'trl.log'), /KeyboardInterrupt[\s\S]*train_runtime/);
  });

  test('a sequence merges the adapter of one method before the next', async () => {
    const both = ['--method', 'sft+kto', '--preset', 'paper-sft+paper-kto'];
    const rest = ['--dataset', 'data/sft', 'data/kto', '--set', 'use_cpu=true', 'max_steps=2', '--json'];
    const ended = await train(
      '--trainer',
      'trl',
      '--python',
      python,
      '--model',
      'org/base',
      ...both,
      ...rest,
    );
    assert.equal(ended.code, 0, ended.stderr);
    const methods = (objectOf(ended).losses as { method: string }[]).map(({ method }) => method);
    assert.deepEqual(methods, ['sft', 'sft', 'kto', 'kto']);
    assert.match(runFile('train-3', 'kto', 'options.json'), /"model": ".*train-3\/sft\/base-merged"/);
  });

  test('what is wrong is told before a run begins, and a failure with the reason', async () => {
    const refused = async (code: string, ...args: readonly string[]): Promise<void> => {
      const { stdout, code: exit } = await train(...args, '--json');
      assert.equal(exit, 1);
      assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, code);
    };
    await refused('no-base', '--trainer', 'trl', '--dataset', 'data/sft');
    await refused('wrong-method', ...kto, ...data, '--preset', 'paper-sft');
    await refused('reserved-setting', ...kto, ...data, 'output_dir=x');
    await refused('bad-option', ...kto, ...data, '--price', '3');
    await refused('bad-option', '--dataset', 'data/sft', '--set', 'max_length=3');
    await refused('bad-input', ...kto, '--dataset', 'data/sft/sft.jsonl');
    assert.deepEqual(rowsIn(folder, "SELECT id FROM runs WHERE id = 'train-4'"), []);
    behave({ failAt: 2 });
    const failed = await train(...kto, ...data);
    assert.match(failed.stderr, /CUDA out of memory/);
    assert.match(failed.stderr, /Lower max_length/);
    assert.doesNotMatch(failed.stderr, /--resume/, 'it would run out of memory again');
    behave({});
  });
});

describe('juxta train at a service', () => {
  let server: HostedServer | undefined;
  after(() => server?.close());
  const home = temporaryFolder({ after });
  const at = async (states?: readonly string[]): Promise<readonly string[]> => {
    await server?.close();
    process.env.OPENAI_API_KEY = 'sk-test-key';
    server = await startHostedServer({ protocol: 'openai', key: 'sk-test-key', ...(states && { states }) });
    const trainer = ['--trainer', 'openai', '--model', 'gpt-base', '--endpoint', server.baseUrl];
    return [...trainer, '--dataset', join(folder, 'data/sft'), '--poll', '0.05', '--price', '25'];
  };
  after(() => {
    delete process.env.OPENAI_API_KEY;
  });

  test('shows the cost and begins only when it may', async () => {
    const options = await at();
    const refused = await juxta(home, 'train', ...options);
    assert.equal(refused.code, 1);
    assert.match(
      wordsOf(refused),
      /^cost: 20 examples, about \d+ k tokens × 3 epochs: about \d+\.\d\d USD$/m,
    );
    assert.match(refused.stderr, /nothing was sent\n {2}begin without being asked: --yes/);
    assert.deepEqual(server!.requests, []);

    const resumed = await juxta(home, 'train', '--resume', '--yes', '--json');
    assert.equal(resumed.code, 0, resumed.stderr);
    const model = `${server!.baseUrl}#ft:gpt-base:org::abc`;
    assert.equal(objectOf(resumed).model, model);
    assert.match(wordsOf(resumed), /^5 updates in .*: loss 1\.000 → 0\.200$/m);
    assert.equal(rowsIn(home, 'SELECT path FROM models')[0]?.path, model);
    assert.equal(server!.jobs.size, 1);
  });

  test('stopped, the job goes on: it is followed again, or cancelled', async () => {
    const options = await at(['queued', 'running']);
    const running = start(home, 'train', ...options, '--yes');
    assert.ok(await until(running, () => server!.requests.length > 5));
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 130);
    const cancelled = await juxta(home, 'train', '--cancel', 'train-2');
    assert.match(wordsOf(cancelled), /^openai job ftjob-1: cancelled$/m);
    const followed = await juxta(home, 'train', '--resume', 'train-2');
    assert.match(followed.stderr, /openai job ftjob-1 cancelled/);
    assert.equal(server!.jobs.size, 1);
    const nothing = await juxta(home, 'train', '--cancel', 'train-2');
    assert.match(nothing.stderr, /no job was started/);
  });
});
