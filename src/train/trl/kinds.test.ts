/** What would make a training learn nothing, or something else, and what is done about it: the table in docs/training.md. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BadInputError, JuxtaError } from '../../base/errors.ts';
import { temporaryFolder, tinyDataset } from '../embedded/testing.ts';
import { trainerOptions } from '../registry.ts';
import type { Dataset, TrainJob } from '../trainer.ts';
import { trl } from './definition.ts';
import { pythonLauncher } from './launcher.ts';
import { type Machine, refuseMissingBf16 } from './machine.ts';
import type { TrlOptions } from './options.ts';
import { settingsOf } from './settings.ts';
import { tokenizerFolder } from './template.ts';
import { type Behaviour, standInPython } from './testing/stand-in.ts';
import { trainTrl } from './trainer.ts';

const home = await temporaryFolder();
after(() => rm(home, { recursive: true }));
const python = standInPython(join(home, 'python'));
const dataset = tinyDataset(8);
let runs = 0;

/** Trains with the stand-in. @returns the model, and what it was warned of */
const train = async (
  data: Dataset,
  options: Partial<TrlOptions>,
  behaviour: Behaviour = {},
  signal?: AbortSignal,
) => {
  process.env.STAND_IN = JSON.stringify(behaviour);
  const warnings: string[] = [];
  const all: TrlOptions = {
    method: 'kto',
    folder: join(home, `run-${++runs}`),
    seed: 1,
    launcher: pythonLauncher(python),
    onWarning: text => warnings.push(text),
    ...options,
  };
  return {
    warnings,
    model: await trainTrl({ id: 'base', path: 'org/base' }, data, all, () => undefined, signal),
  };
};

/** A job on rows of a file, for what is checked before Python starts. */
const jobOn = async (
  method: 'kto' | 'dpo' | 'sft',
  rows: readonly object[],
  options: object = {},
  base = 'org/base',
): Promise<Omit<TrainJob, 'folder'>> => {
  const file = join(home, `${method}-${++runs}.jsonl`);
  await writeFile(file, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  return {
    id: 'new',
    base,
    methods: [method],
    data: { [method]: file },
    hyperparameters: {},
    options: trainerOptions(trl, { python, ...options }),
    environment: { name: 'hamlet' },
    seed: 1,
    threads: 1,
  };
};

const user = { role: 'user', content: 'a room please' };
const said = (content: string) => ({ role: 'assistant', content });
const good = { prompt: [user], completion: [said('in the north')], label: true };
const bad = { prompt: [user], completion: [said('no')], label: false };

/** A model's folder whose template prints no calls. */
const deaf = join(home, 'deaf');
await mkdir(deaf);
await writeFile(join(deaf, 'tokenizer_config.json'), '{}');
await writeFile(
  join(deaf, 'chat_template.jinja'),
  '{% for tool in tools or [] %}{{ tool | tojson }}{% endfor %}{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}',
);

interface Kind {
  readonly kind: string;
  readonly does: string;
  readonly show: () => Promise<void>;
}

const kinds: readonly Kind[] = [
  {
    kind: 'Rows over `max_length`, which TRL cuts, or drops if the prompt fills it',
    does: 'counted with the model’s own tokenizer before the model is loaded; told and stored: how many, which, and what `max_length` keeps all',
    show: async () => {
      const { warnings } = await train(dataset, { settings: { max_length: 150 } });
      const [dropped, cut] = warnings;
      assert.match(
        dropped!,
        /^\d+ of 32 rows are dropped, .* max_length, 150 tokens: rows \d+, .*--set max_length=\d+$/,
      );
      assert.match(
        cut!,
        /^\d+ of 32 rows lose their end to max_length, 150 tokens; (\d+) tokens keep all: --set max_length=\1$/,
      );
      const [, enough] = /max_length=(\d+)/.exec(cut!)!;
      assert.deepEqual((await train(dataset, { settings: { max_length: Number(enough) } })).warnings, []);
    },
  },
  {
    kind: 'No row left, or no update made',
    does: 'an error; no model is registered, and none is there to be resumed',
    show: async () => {
      const nothing = { code: 'nothing-trained', permanent: true };
      await assert.rejects(train(dataset, { settings: { max_length: 10 } }), nothing);
      const folder = join(home, 'idle');
      await assert.rejects(train(dataset, { folder }, { idle: true }), nothing);
      await train(dataset, { folder });
    },
  },
  {
    kind: 'A chat template that loses tools, calls or words, or bends them',
    does: 'refused: before Python starts where the template is on this machine, else before the model is loaded; `--despite-template` goes on',
    show: async () => {
      const calls = (await train(dataset, {})) && dataset;
      const unfit = { code: 'template-unfit', message: /content-lost in \d+; .*is not in the rendering/ };
      await assert.rejects(train(calls, {}, { tokenizer: deaf }), unfit);
      await train(calls, { despiteTemplate: true }, { tokenizer: deaf });
      const call = { type: 'function', function: { name: 'search_hotel', arguments: { area: 'north' } } };
      const row = { messages: [user, { role: 'assistant', content: '', tool_calls: [call] }] };
      await assert.rejects(trl.check(await jobOn('sft', [row], {}, deaf)), unfit);
      await trl.check(await jobOn('sft', [row], { despiteTemplate: true }, deaf));
      const snapshot = join(home, 'hub', 'models--org--base', 'snapshots', 'abc');
      await mkdir(snapshot, { recursive: true });
      await writeFile(join(snapshot, 'tokenizer_config.json'), '{}');
      assert.equal(await tokenizerFolder('org/base', { HF_HOME: home }), snapshot);
      assert.equal(await tokenizerFolder('org/other', { HF_HOME: home }), undefined);
    },
  },
  {
    kind: 'KTO on good examples alone, or on bad ones',
    does: 'refused before Python starts',
    show: async () => {
      for (const one of [good, bad])
        await assert.rejects(trl.check(await jobOn('kto', [one, one])), /holds (good|bad) examples alone/);
      await trl.check(await jobOn('kto', [good, bad]));
    },
  },
  {
    kind: 'DPO pairs that are equal, or equal once rendered',
    does: 'refused before Python starts, with their line; where the template is not on this machine, those that render equal are counted and told',
    show: async () => {
      const pair = (chosen: object, rejected: object) => ({
        prompt: [user],
        chosen: [chosen],
        rejected: [rejected],
      });
      const fine = pair(said('in the north'), said('no'));
      await assert.rejects(
        trl.check(await jobOn('dpo', [fine, pair(said('no'), said('no'))])),
        (thrown: unknown) => {
          assert.ok(thrown instanceof BadInputError);
          return /dpo-\d+\.jsonl:2, field rejected$/.test(thrown.where);
        },
      );
      const calling = {
        ...said('no'),
        tool_calls: [{ type: 'function', function: { name: 'f', arguments: {} } }],
      };
      const same = await jobOn('dpo', [fine, pair(said('no'), calling)], {}, deaf);
      await assert.rejects(trl.check(same), /example 2: chosen and rejected render as the same text/);
    },
  },
  {
    kind: 'KTO with batches of one example',
    does: 'refused before Python starts',
    show: async () => {
      const settings = { per_device_train_batch_size: 1 };
      assert.throws(() => settingsOf({ method: 'kto', preset: 'defaults', settings }), {
        code: 'bad-option',
      });
      settingsOf({ method: 'dpo', preset: 'defaults', settings });
    },
  },
  {
    kind: 'bfloat16 where the machine has none',
    does: 'refused before Python starts',
    show: async () => {
      const { settings } = { settings: settingsOf({ method: 'kto', preset: 'paper-kto', settings: {} }) };
      const without: readonly Machine[] = [
        { nvidia: [7.5], other: false },
        { nvidia: [], other: false },
      ];
      for (const machine of without)
        assert.throws(() => refuseMissingBf16(settings, machine), { code: 'no-bf16' });
      refuseMissingBf16(settings, { nvidia: [7.5, 9], other: false });
      refuseMissingBf16(settings, { nvidia: [], other: true });
      refuseMissingBf16({ ...settings, use_cpu: true }, without[1]!);
    },
  },
  {
    kind: 'Fields that only some rows have, such as `tool_calls`',
    does: 'every row reaches the template as it is in the file, whatever the file’s length; nothing is filled up with nulls',
    show: async () => {
      const folder = join(home, 'shapes');
      await train(dataset, { folder });
      const seen = JSON.parse(await readFile(join(folder, 'adapter', 'rows.json'), 'utf8')) as unknown[];
      const lines = (await readFile(join(folder, 'data', 'kto.jsonl'), 'utf8')).trim().split('\n');
      assert.deepEqual(
        seen,
        lines.map(line => JSON.parse(line)),
      );
    },
  },
  {
    kind: 'Half of a character (a lone surrogate), which cannot be encoded',
    does: 'replaced by � and counted',
    show: async () => {
      const folder = join(home, 'halves');
      const [first, ...rest] = dataset.kto;
      const half = { ...first!, prompt: [{ role: 'user' as const, content: 'a room \ud83d please 😀' }] };
      const { warnings } = await train({ ...dataset, kto: [half, ...rest] }, { folder });
      assert.deepEqual(warnings, ['1 of 32 rows hold half of a character; the sign � takes its place']);
      const rows = await readFile(join(folder, 'adapter', 'rows.json'), 'utf8');
      assert.ok(
        rows.includes(JSON.stringify('a room � please 😀').slice(1, -1)) || rows.includes('\\ufffd please'),
      );
    },
  },
  {
    kind: 'A failure that the same training would meet again',
    does: 'told without a hint to `--resume`, which is for what passes',
    show: async () => {
      const isPermanent = async (failing: Promise<unknown>): Promise<boolean> =>
        failing.then(
          () => assert.fail('it trained'),
          (thrown: unknown) => thrown instanceof JuxtaError && thrown.permanent,
        );
      assert.equal(await isPermanent(train(dataset, {}, { failAt: 2 })), true, 'out of memory');
      assert.equal(await isPermanent(train(dataset, { settings: { no_such_setting: 1 } })), true);
      assert.equal(await isPermanent(train(dataset, {}, { dieAt: 2 })), false, 'killed');
      const nowhere = pythonLauncher('/no/such/python');
      assert.equal(await isPermanent(train(dataset, { launcher: nowhere })), false);
    },
  },
  {
    kind: 'A trainer that `kill -9` of Juxta has left behind',
    does: 'found by its lock: none is started beside it, and its process is named',
    show: async () => {
      const folder = join(home, 'left-behind');
      const stop = new AbortController();
      const first = train(dataset, { folder }, { stepMs: 5_000 }, stop.signal);
      const isHeld = (): Promise<boolean> =>
        readFile(join(folder, 'trainer.lock'), 'utf8').then(
          text => text !== '',
          () => false,
        );
      while (!(await isHeld())) await new Promise(done => setTimeout(done, 10));
      await assert.rejects(train(dataset, { folder }), {
        code: 'still-running',
        message: /still runs in this folder, as process \d+$/,
        hint: /kill -INT \d+/,
      });
      stop.abort();
      await assert.rejects(first, { code: 'training-interrupted' });
    },
  },
];

describe('what would teach nothing, or something else', () => {
  for (const { kind, show } of kinds) it(kind, show);

  it('stands in docs/training.md', async () => {
    const docs = await readFile(new URL('../../../docs/training.md', import.meta.url), 'utf8');
    for (const { kind, does } of kinds)
      assert.ok(docs.includes(`| ${kind} | ${does} |\n`), `| ${kind} | ${does} |`);
  });
});
