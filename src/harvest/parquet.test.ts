import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { JsonObject } from '../dialogue/json.ts';
import { parquetSink } from './parquet.ts';

describe('Parquet files', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-parquet-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const write = async (path: string, rows: readonly JsonObject[]) => {
    const sink = await parquetSink(path);
    try {
      for (const row of rows) await sink.add(JSON.stringify(row));
      await sink.finish();
      await sink.commit();
    } finally {
      await sink.discard();
    }
    return asyncBufferFromFile(path);
  };

  it('have the columns of all rows: a field that only later ones have is null in those before', async () => {
    const file = await write(join(folder, 'late.parquet'), [
      { prompt: 'a' },
      { prompt: 'b', score: 0.5, source: { task: 't' }, notes: [], label: null },
      { prompt: 'c', notes: [{ a: 1 }], label: true },
    ]);
    const none = { score: null, source: null, notes: null, label: null };
    const read = (await parquetReadObjects({ file })).map(row => ({ ...none, ...defined(row) }));
    assert.deepEqual(read, [
      { prompt: 'a', ...none },
      { prompt: 'b', ...none, score: 0.5, source: { task: 't' }, notes: [] },
      { prompt: 'c', ...none, notes: [{ a: 1 }], label: true },
    ]);
    const { key_value_metadata } = await parquetMetadataAsync(file);
    const { info } = JSON.parse(key_value_metadata![0]!.value!) as { info: { features: object } };
    assert.deepEqual(Object.keys(info.features), ['prompt', 'score', 'source', 'notes', 'label']);
  });

  it('name the field, and both rows, where a column would have two types; and leave nothing behind', async () => {
    const rows = [{ a: 'x' }, { b: 1 }, { a: ['x'] }];
    await assert.rejects(write(join(folder, 'mixed.parquet'), rows), {
      code: 'bad-input',
      message: /mixed\.parquet, row 3, field a: is of type list, but of type text in row 1/,
    });
    assert.ok(!(await readdir(folder)).some(name => name.startsWith('mixed')));
  });

  it('keep the form of numbers within lists and objects', async () => {
    const path = join(folder, 'numbers.parquet');
    const sink = await parquetSink(path);
    await sink.add('{"calls":[{"a":4.0,"b":[1e3]}],"source":{"big":12345678901234567890},"score":1.0}');
    await sink.finish();
    await sink.commit();
    const bytes = await readFile(path, 'latin1');
    for (const text of ['{"a":4.0,"b":[1e3]}', '{"big":12345678901234567890}'])
      assert.ok(bytes.includes(text));
    const [row] = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    assert.equal(row!.score, 1);
  });

  it('can be empty', async () => {
    const file = await write(join(folder, 'empty.parquet'), []);
    assert.deepEqual(await parquetReadObjects({ file }), []);
  });
});

/** Without the fields that a reader gives as undefined. */
const defined = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
