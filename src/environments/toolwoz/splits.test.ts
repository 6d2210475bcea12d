import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openLayout } from '../../datasets/layout.ts';
import { folderWith } from './sample.ts';
import { splitTasks } from './splits.ts';

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(4, '0')}.json`);
const lines = (list: readonly string[]) => list.join('\n');

const split = async (t: TestContext, validation: string, testing: string, tasks: readonly string[]) => {
  const files = { 'valListFile.json': validation, 'testListFile.txt': testing };
  return splitTasks(openLayout(await folderWith(t, files)), tasks);
};

test('lists are sorted and freed of repeats and of ids that are no tasks; the rest is for training', async t => {
  const splits = await split(t, 'V2\nV1\nV2\nX\n\n', 'T1\r\n', ['Z', 'V1', 'T1', 'V2', 'A']);
  assert.deepEqual(splits.get('val'), ['V1', 'V2']);
  assert.deepEqual(splits.get('test'), ['T1']);
  assert.deepEqual(splits.get('train'), ['A', 'Z']);
});

test('the test split is the first 450 tasks of the full one', async t => {
  const all = ids('T', 500);
  const splits = await split(t, 'V', lines(all.toReversed()), all);
  assert.deepEqual(splits.get('full_test'), all);
  assert.deepEqual(splits.get('test'), all.slice(0, 450));
});

test('every fifth validation task is for the gate, the others may be trained on', async t => {
  const all = ids('V', 11);
  const splits = await split(t, lines(all), 'T', all);
  assert.deepEqual(splits.get('val-gate'), [all[0], all[5], all[10]]);
  assert.equal(splits.get('val-train')?.length, 8);
});

test('paper-train holds the dialogues that the paper trained on, once they are there', async t => {
  const paper = JSON.stringify(['B', 'A', 'absent']);
  const files = { 'valListFile.json': 'V', 'testListFile.txt': 'T', 'training_fnames.json': paper };
  const layout = openLayout(await folderWith(t, files));
  assert.deepEqual(splitTasks(layout, ['V', 'A', 'C', 'B']).get('paper-train'), ['A', 'B']);
  assert.equal(splitTasks(layout, ['V']).has('paper-train'), false);
  const broken = openLayout(await folderWith(t, { ...files, 'training_fnames.json': '{"A": 1}' }));
  assert.throws(() => splitTasks(broken, ['V']), { name: 'BadInputError', message: /training_fnames\.json/ });
});

test('splits without tasks do not exist', async t => {
  const splits = await split(t, 'V', 'T', ['V']);
  assert.deepEqual([...splits.keys()], ['val', 'val-gate']);
});

test('lists that are missing, empty or of another format are named', async t => {
  const refused = async (files: Record<string, unknown>, message: RegExp) => {
    const layout = openLayout(await folderWith(t, files));
    assert.throws(() => splitTasks(layout, ['V']), { name: 'BadInputError', message });
  };
  await refused({ 'testListFile.json': 'T' }, /no valListFile.json or valListFile.txt/);
  await refused(
    { 'valListFile.json': '\n', 'testListFile.json': 'T' },
    /valListFile.json: the list is empty/,
  );
  await refused(
    { 'valListFile.json': 'V', 'testListFile.txt': 'T\n["a"]' },
    /testListFile.txt: entry 2 is no/,
  );
});
