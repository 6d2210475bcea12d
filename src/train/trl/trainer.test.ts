import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BadInputError, JuxtaError } from '../../base/errors.ts';
import { temporaryFolder, tinyDataset } from '../embedded/testing.ts';
import { TrainingInterruptedError } from '../interrupted.ts';
import { TrlFailedError } from './failure.ts';
import { pythonLauncher } from './launcher.ts';
import type { TrlOptions, TrlProgress } from './options.ts';
import type { TrlSettings } from './presets.ts';
import { type Behaviour, standInPython } from './testing/stand-in.ts';
import { trainOnFile, trainTrl } from './trainer.ts';

const base = { id: 'base', path: 'org/Qwen2.5-7B' };
const dataset = tinyDataset(20);
const home = await temporaryFolder();
after(() => rm(home, { recursive: true }));
const launcher = pythonLauncher(standInPython(join(home, 'python')));
let runs = 0;

const optionsOf = (changes: Partial<TrlOptions> = {}): TrlOptions => ({
  method: 'kto',
  preset: 'paper-kto',
  folder: join(home, `run-${++runs}`),
  seed: 42,
  launcher,
  settings: { save_steps: 2 },
  ...changes,
});

/** Trains with the stand-in behaving in some way. @returns what it said of its progress, too */
const train = async (options: TrlOptions, behaviour: Behaviour = {}, signal?: AbortSignal) => {
  const seen: TrlProgress[] = [];
  process.env.STAND_IN = JSON.stringify(behaviour);
  const model = await trainTrl(
    base,
    dataset,
    options,
    progress => seen.push(progress as TrlProgress),
    signal,
  );
  return { model, seen };
};

describe('training with TRL', () => {
  for (const [method, preset, rate] of [
    ['sft', 'paper-sft', 2e-5],
    ['kto', 'paper-kto', 5e-7],
    ['dpo', 'defaults', 1e-6],
  ] as const)
    it(`writes data and options, follows the report, and gives back the adapter: ${method}`, async () => {
      const options = optionsOf({ method, preset, settings: { max_steps: 3 } });
      const { model, seen } = await train(options);
      assert.deepEqual(
        seen.map(({ method, step, steps, loss }) => [method, step, steps, loss]),
        [1, 2, 3].map(step => [method, step, 3, Number((2 / (1 + step)).toPrecision(4))]),
      );
      assert.equal(seen[2]!.metrics.learning_rate, rate);
      assert.ok(seen[2]!.tokensPerSecond >= 0);
      assert.equal(model.path, join(options.folder, 'adapter'));
      assert.match(await readFile(join(options.folder, 'trl.log'), 'utf8'), /train_runtime/);
    });

  it('writes the paper’s hyper-parameters, and the settings over them', async () => {
    const options = optionsOf({ settings: { save_steps: 2, learning_rate: 1e-6 }, balanced: true });
    await train(options);
    const given = await readFile(join(options.folder, 'options.json'), 'utf8');
    const { settings: config } = JSON.parse(given) as { settings: TrlSettings };
    assert.equal(config.learning_rate, 1e-6);
    assert.equal(config.lora_r, 64);
    assert.equal(config.lr_scheduler_type, 'cosine');
    assert.equal(config.undesirable_weight, 1, 'both classes have as many examples');
  });

  it('says how to serve the adapter and what to call it', async () => {
    const { model } = await train(optionsOf({ id: 'round-1' }));
    assert.equal(model.id, 'round-1');
    assert.match(
      model.hint,
      /vllm serve org\/Qwen2\.5-7B --enable-lora --max-lora-rank 64 --lora-modules round-1=/,
    );
    assert.match(model.hint, /--tool-call-parser hermes/);
    assert.match(model.hint, /http:\/\/localhost:8000\/v1#round-1/);
  });

  it('goes on from the last whole checkpoint after it was killed, as if it had not been', async () => {
    const whole = await train(optionsOf());
    const options = optionsOf();
    await assert.rejects(train(options, { dieAt: 4 }), (thrown: unknown) => {
      assert.ok(thrown instanceof TrlFailedError);
      return /SIGKILL/.test(thrown.message);
    });
    assert.ok((await readdir(join(options.folder, 'adapter'))).includes('checkpoint-4'), 'a part of one');
    const { seen } = await train(options);
    assert.equal(seen[0]!.step, 3);
    assert.deepEqual(
      seen.map(({ step, loss }) => [step, loss]),
      whole.seen.slice(2).map(({ step, loss }) => [step, loss]),
    );
  });

  it('passes an abort on, keeps the checkpoint, and goes on when called again', async () => {
    const options = optionsOf();
    const stop = new AbortController();
    process.env.STAND_IN = JSON.stringify({ stepMs: 300 });
    const stopped = trainTrl(base, dataset, options, ({ step }) => step === 3 && stop.abort(), stop.signal);
    await assert.rejects(stopped, TrainingInterruptedError);
    const { seen } = await train(options);
    assert.equal(seen[0]!.step, 3);
    const again = await train(options, { failAt: 1 });
    assert.equal(again.seen.length, 0, 'what is finished is not trained again');
  });

  it('kills a process that does not stop when asked', async () => {
    const stop = new AbortController();
    process.env.STAND_IN = JSON.stringify({ stepMs: 30, stubborn: true });
    const options = optionsOf({ graceMs: 100, settings: { max_steps: 500 } });
    const stopped = trainTrl(base, dataset, options, () => stop.abort(), stop.signal);
    await assert.rejects(stopped, TrainingInterruptedError);
  });

  it('notices when TRL begins again instead of going on', async () => {
    const options = optionsOf();
    await assert.rejects(train(options, { failAt: 4 }), TrlFailedError);
    await assert.rejects(train(options, { forgetful: true }), { code: 'not-resumed' });
  });

  it('fails with the reason, the end of the log and a hint', async () => {
    const options = optionsOf();
    await assert.rejects(train(options, { failAt: 2 }), (thrown: unknown) => {
      assert.ok(thrown instanceof TrlFailedError);
      assert.match(thrown.message, /ended with code 1: torch\.OutOfMemoryError: CUDA out of memory/);
      assert.match(thrown.hint!, /max_length/);
      assert.ok(thrown.tail.some(line => line.includes("'loss'")));
      assert.ok(
        !thrown.tail.some(line => line.includes('CalledProcessError')),
        'not the launcher’s traceback',
      );
      return true;
    });
    await assert.rejects(train(optionsOf(), { empty: true }), { code: 'no-model' });
    await assert.rejects(train(optionsOf({ settings: { no_such_setting: 1 } })), {
      name: 'TrlFailedError',
      hint: /does not know a setting/,
    });
  });

  it('goes on when its log cannot be written, for the disk is full', async context => {
    if (!existsSync('/dev/full')) return context.skip('this system has none');
    const options = optionsOf();
    await mkdir(options.folder);
    await symlink('/dev/full', join(options.folder, 'trl.log'));
    const { seen } = await train(options);
    assert.equal(seen.at(-1)!.step, seen.at(-1)!.steps);
  });

  it('says what to install when TRL cannot be started', async () => {
    const options = optionsOf({ launcher: pythonLauncher('/no/such/python') });
    await assert.rejects(train(options), { code: 'cannot-start' });
  });

  it('refuses settings it writes itself, unknown presets, and presets of another method', async () => {
    const refused = (changes: Partial<TrlOptions>, code: string) =>
      assert.rejects(train(optionsOf(changes)), { code });
    await refused({ settings: { output_dir: '/x' } }, 'reserved-setting');
    await refused({ preset: 'paper' }, 'unknown-preset');
    await refused({ preset: 'paper-sft' }, 'wrong-method');
    const nothing = { sft: [], kto: [], dpo: [] };
    await assert.rejects(
      trainTrl(base, nothing, optionsOf(), () => undefined),
      { code: 'wrong-data' },
    );
  });

  it('refuses a folder that was begun with other data, and an adapter as base', async () => {
    const options = optionsOf();
    await train(options);
    await assert.rejects(train({ ...options, seed: 43 }), BadInputError);
    const adapter = { id: 'adapter', path: join(options.folder, 'adapter') };
    await assert.rejects(
      trainTrl(adapter, dataset, optionsOf(), () => undefined),
      { code: 'adapter-as-base' },
    );
  });
});

describe('training on a file', () => {
  const onFile = (path: string, options = optionsOf()) => {
    process.env.STAND_IN = '{}';
    return trainOnFile(base, path, options, () => undefined);
  };

  it('takes an exported folder as well as a file', async () => {
    const options = optionsOf();
    await train(options);
    const exported = join(options.folder, 'data');
    assert.equal(
      (await onFile(exported)).id,
      (await onFile(join(exported, 'kto.jsonl'))).id.replace(/\d+$/, String(runs - 1)),
    );
  });

  it('names file, line and field of what TRL would learn wrongly', async () => {
    const folder = join(home, 'broken');
    await mkdir(folder);
    const options = optionsOf();
    await train(options);
    const good = await readFile(join(options.folder, 'data', 'kto.jsonl'), 'utf8');
    const file = join(folder, 'kto.jsonl');
    const withRow = async (row: object): Promise<void> => {
      await writeFile(file, good);
      await appendFile(file, `${JSON.stringify(row)}\n`);
    };
    const row = JSON.parse(good.split('\n').find(line => line.includes('"tool_calls"'))!);
    const lines = good.trim().split('\n').length;
    const call = { type: 'function', function: { name: 'search_hotel', arguments: '{"area": "north"}' } };

    await withRow({ ...row, completion: [{ role: 'assistant', content: '', tool_calls: [call] }] });
    await assert.rejects(onFile(folder), (thrown: unknown) => {
      assert.ok(thrown instanceof BadInputError);
      assert.equal(
        thrown.where,
        `${file}:${lines + 1}, field completion[0].tool_calls[0].function.arguments`,
      );
      return true;
    });
    await withRow({ ...row, label: 'yes' });
    await assert.rejects(onFile(folder), { where: `${file}:${lines + 1}, field label` });
    await assert.rejects(onFile(folder, optionsOf({ method: 'dpo', preset: 'defaults' })), {
      where: join(folder, 'dpo.jsonl'),
    });
    await assert.rejects(onFile(file, optionsOf({ method: 'dpo', preset: 'defaults' })), JuxtaError);
  });
});
