import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exportDataset } from './export.ts';
import { harvestTree } from './harvest.ts';
import { readDataset } from './read.ts';
import { call, hotelTree, result, say, tools, treeOf, user } from './testing.ts';

describe('exporting a dataset', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-export-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const trees = (n: number) => Array.from({ length: n }, (_, i) => hotelTree({ task: `task-${i}` }));

  it('writes one file per kind and a card, and nothing else', async () => {
    const out = join(folder, 'plain');
    const counts = await exportDataset({ trees: trees(3), tools, format: 'trl-sft', out, seed: 1 });
    assert.deepEqual((await readdir(out)).sort(), ['README.md', 'sft.jsonl']);
    assert.deepEqual(counts.files, [{ kind: 'sft', file: 'sft.jsonl', rows: 3 }]);
    assert.deepEqual([counts.trees, counts.tasks, counts.kept.sft], [3, 3, 3]);
  });

  it('gives back through the reader what was harvested', async () => {
    const out = join(folder, 'dpo');
    await exportDataset({ trees: [hotelTree()], tools, format: 'trl-dpo', out, seed: 1 });
    const { dpo } = await readDataset(out, { tools });
    const harvested = harvestTree(hotelTree(), tools, { kinds: ['dpo'] });
    assert.deepEqual(
      dpo,
      harvested.map(example => {
        assert.ok(example.kind === 'dpo');
        const { source: _, rejectedPath: __, ...rest } = example;
        return rest;
      }),
    );
  });

  it('shuffles KTO rows with the seed, and loses none', async () => {
    const texts = [];
    for (const [name, seed] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ] as const) {
      const out = join(folder, `kto-${name}`);
      await exportDataset({ trees: trees(20), tools, format: 'trl-kto', out, seed });
      texts.push(await readFile(join(out, 'kto.jsonl'), 'utf8'));
    }
    const [a, b, c] = texts;
    assert.equal(a, b);
    assert.notEqual(a, c);
    assert.deepEqual(a!.split('\n').sort(), c!.split('\n').sort());
    assert.equal(a!.trim().split('\n').length, 160);
  });

  it('writes values of nodes beside the examples, where a reader of the dataset does not stumble on them', async () => {
    const out = join(folder, 'values');
    const { values } = await exportDataset({
      trees: trees(2),
      tools,
      format: 'trl-sft',
      out,
      seed: 1,
      values: true,
    });
    const rows = (await readFile(join(out, 'values', 'nodes.jsonl'), 'utf8')).trim().split('\n');
    assert.deepEqual([rows.length, values], [12, 12]);
    assert.deepEqual(Object.keys(JSON.parse(rows[0]!) as object).slice(0, 4), [
      'task',
      'seed',
      'path',
      'parent',
    ]);
    assert.equal((await readDataset(out)).sft.length, 2);
  });

  it('says in each row where it comes from, on request', async () => {
    const out = join(folder, 'provenance');
    await exportDataset({ trees: trees(1), tools, format: 'trl-sft', out, seed: 1, provenance: true });
    const row = JSON.parse(await readFile(join(out, 'sft.jsonl'), 'utf8')) as { source: object };
    assert.deepEqual(row.source, { task: 'task-0', taskType: 'hotel', seed: 7, path: 'RLR', reward: 1 });
  });

  it('keeps the old files if the trees break off', async () => {
    const out = join(folder, 'broken');
    await exportDataset({ trees: trees(1), tools, format: 'trl-sft', out, seed: 1 });
    const before = await readFile(join(out, 'sft.jsonl'), 'utf8');
    const broken = function* () {
      yield hotelTree();
      throw new Error('the store went away');
    };
    await assert.rejects(
      exportDataset({ trees: broken(), tools, format: 'trl-sft', out, seed: 1 }),
      /went away/,
    );
    assert.equal(await readFile(join(out, 'sft.jsonl'), 'utf8'), before);
    assert.deepEqual((await readdir(out)).sort(), ['README.md', 'sft.jsonl']);
  });

  it('does not overwrite a README that is not its own, nor a file that has the name of its folder', async () => {
    await writeFile(join(folder, 'README.md'), '# My project\n');
    const settings = { trees: [], tools, format: 'trl-sft', seed: 1 };
    await assert.rejects(exportDataset({ ...settings, out: folder }), { code: 'not-a-dataset-folder' });
    await assert.rejects(exportDataset({ ...settings, out: join(folder, 'README.md') }), {
      code: 'not-a-folder',
    });
    await rm(join(folder, 'README.md'));
  });

  it('leaves another dataset and its card alone, and replaces its own', async () => {
    const out = join(folder, 'taken');
    const settings = { trees: trees(1), tools, out, seed: 1 };
    await exportDataset({ ...settings, format: 'trl-kto' });
    const card = await readFile(join(out, 'README.md'), 'utf8');
    const other = { code: 'other-dataset', message: /\(kto\.jsonl\)/, hint: /another folder/ };
    await assert.rejects(exportDataset({ ...settings, format: 'trl-dpo' }), other);
    await assert.rejects(exportDataset({ ...settings, format: 'trl-kto', container: 'parquet' }), other);
    assert.deepEqual((await readdir(out)).sort(), ['README.md', 'kto.jsonl']);
    assert.equal(await readFile(join(out, 'README.md'), 'utf8'), card);
    await exportDataset({ ...settings, format: 'trl-kto' });
    await exportDataset({ ...settings, format: 'llama-factory' });
    await rm(join(out, 'sft.jsonl'));
    await rm(join(out, 'dpo.jsonl'));
    await exportDataset({ ...settings, format: 'trl-kto' });
  });

  it('tells of each example that it writes, and of no other', async () => {
    const seen: string[] = [];
    const counts = await exportDataset({
      trees: trees(3),
      tools,
      format: 'trl-dpo',
      filters: ['cap-per-task=1'],
      out: join(folder, 'seen'),
      seed: 1,
      onExample: ({ kind, source }) => seen.push(`${kind} ${source?.task}`),
    });
    assert.deepEqual(seen, ['dpo task-0', 'dpo task-1', 'dpo task-2']);
    assert.deepEqual(counts.files, [{ kind: 'dpo', file: 'dpo.jsonl', rows: 3 }]);
    assert.equal(counts.steps[0]!.tasks, 3);
  });

  it('takes equal trees of one task once, whatever ids their calls have', async () => {
    const withIds = (id: string) =>
      treeOf(
        {
          '': { says: [user('a')], golden: true },
          L: { says: [call('search_hotel', {}, id)], golden: true },
          R: { says: [say('x')], cause: 'superseded' },
        },
        ['L'],
        { seed: id.length },
      );
    const other = withIds('other');
    const counts = await exportDataset({
      trees: [
        withIds('1'),
        withIds('22'),
        { ...other, systemPrompt: 'Another.' },
        { ...other, task: 'task-2' },
      ],
      tools,
      format: 'trl-dpo',
      out: join(folder, 'equal'),
      seed: 1,
    });
    assert.deepEqual([counts.trees, counts.equalTrees, counts.rewarded, counts.kept.dpo], [4, 1, 3, 3]);
    assert.match(await readFile(join(folder, 'equal', 'README.md'), 'utf8'), /1 trees were equal/);
  });

  it('replaces halves of surrogate pairs, in speech, results and arguments, and counts', async () => {
    const half = '\ud83c';
    const said = [
      call('search_hotel', `{"area": "\\ud83c", "name": "\\ud83c\\udfe8", "stars": 4.0}`),
      result(`x${half}`),
    ];
    const broken = treeOf({ '': { says: [user(half), ...said, say(`a${half}b 🏨`)], golden: true } }, ['']);
    const out = join(folder, 'halves');
    const trees = [broken, hotelTree({ task: 'task-2' })];
    const counts = await exportDataset({ trees, tools, format: 'trl-sft', out, seed: 1 });
    assert.equal(counts.mended, 1);
    const text = await readFile(join(out, 'sft.jsonl'), 'utf8');
    assert.ok(!/\\ud[89a-f]/.test(text) && text.includes('a\ufffdb 🏨') && text.includes('x\ufffd'));
    assert.ok(text.includes('"arguments":{"area":"\ufffd","name":"🏨","stars":4.0}'));
    assert.match(await readFile(join(out, 'README.md'), 'utf8'), /In 1 examples halves/);
  });

  it('names what it does not know', async () => {
    const settings = { trees: [], tools, out: join(folder, 'none'), seed: 1 };
    await assert.rejects(exportDataset({ ...settings, format: 'trl' }), { code: 'unknown-format' });
    await assert.rejects(exportDataset({ ...settings, format: 'trl-sft', kinds: ['dpo'] }), {
      code: 'kind-not-carried',
    });
    await assert.rejects(exportDataset({ ...settings, format: 'trl-sft', filters: ['best'] }), {
      code: 'unknown-filter',
    });
  });

  it('leaves out by default what the reference does, malformed calls and contradictions', async () => {
    const fork = (name: string, left: ReturnType<typeof say>, right: typeof left) =>
      treeOf(
        {
          '': { says: [user('a')], golden: true },
          L: { says: [left], golden: true },
          R: { says: [right], cause: 'superseded' },
        },
        ['L'],
        { task: name },
      );
    const counts = await exportDataset({
      trees: [
        fork('error', say('Error: no.'), say('x')),
        fork('malformed', say('x'), call('search_hotel', '{area')),
        fork('unknown', say('x'), call('fly', {})),
        fork('same', say('x'), say('x')),
      ],
      tools,
      format: 'trl-kto',
      out: join(folder, 'filtered'),
      seed: 1,
    });
    assert.deepEqual(
      counts.steps.map(({ name, in: before, out }) => [
        name,
        before.ktoGood,
        before.ktoBad,
        out.ktoGood,
        out.ktoBad,
      ]),
      [
        ['error-text', 4, 4, 3, 3],
        ['longest-path', 3, 3, 3, 3],
        ['malformed-calls', 3, 3, 3, 1],
        ['contradicting-labels', 3, 1, 3, 0],
      ],
    );
    const card = await readFile(join(folder, 'filtered', 'README.md'), 'utf8');
    assert.match(card, /4 trees of 4 tasks, 4 with enough reward/);
    assert.match(card, /\| without .*`error-text`\) \| 3 \| 0 \| 3 \| 3 \| 0 \|/);
  });
});
