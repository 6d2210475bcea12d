import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DataSet } from '../../../datasets/data-set.ts';
import { openLayout, readText } from '../../../datasets/layout.ts';
import { pullDataSet } from '../../../datasets/pull.ts';
import { blobOf, emptyFolder, hostOf, serve } from '../../../datasets/sample.ts';
import { pull } from '../../../runs/data-sets.ts';
import { openTau } from '../open.ts';
import { readValue } from '../values/read.ts';
import { tauBench } from './data-set.ts';
import { tasksToJson, toolsToJson } from './from-python.ts';
import { tasksFile, toolFile } from './python.testing.ts';

const tasksSource = `from somewhere import Action, Task

TASKS = [
    Task(
        annotator="",
        user_id='mia_1',  # a comment
        instruction="You are 'Mia', "
        "and \\"late\\".",
        actions=[
            Action(name="pay", kwargs={"amounts": [100, 100.0], "10": None, "9": True}),
            Action(
                name="stop",
                kwargs={},
            ),
        ],
        outputs=("5", "é"),
    ),
]
`;
const tasksJson = String.raw`[
 {
  "annotator": "",
  "user_id": "mia_1",
  "instruction": "You are 'Mia', and \"late\".",
  "actions": [
   {
    "name": "pay",
    "kwargs": {
     "amounts": [
      100,
      100.0
     ],
     "10": null,
     "9": true
    }
   },
   {
    "name": "stop",
    "kwargs": {}
   }
  ],
  "outputs": [
   "5",
   "\u00e9"
  ]
 }
]
`;
const toolSources = ['stop', 'pay'].map(name => toolFile(new Map([['name', name]])));
const toolsJson = '[\n {\n  "name": "stop"\n },\n {\n  "name": "pay"\n }\n]\n';

const at = (path: string) => ({ repository: 'o/r', commit: 'c1', path });
const dataSet: DataSet = {
  name: 'sample',
  folder: 'sample',
  licence: 'none',
  files: [],
  converted: [
    {
      target: 'in/tasks.json',
      blob: blobOf(Buffer.from(tasksJson)),
      sources: [at('p/tasks.py')],
      convert: ([file]) => tasksToJson(file!, 'TASKS'),
    },
    {
      target: 'in/tools.json',
      blob: blobOf(Buffer.from(toolsJson)),
      sources: [at('p/tools/stop.py'), at('p/tools/pay.py')],
      convert: toolsToJson,
    },
  ],
};
const contents: Readonly<Record<string, string>> = {
  'p/tasks.py': tasksSource,
  'p/tools/stop.py': toolSources[0]!,
  'p/tools/pay.py': toolSources[1]!,
};
const contentAt = (files: Readonly<Record<string, string>>) => (url: string) => {
  const text = files[url.replace('/o/r/c1/', '')];
  return text === undefined ? undefined : Buffer.from(text);
};
const honest = hostOf(contentAt(contents));

const folderWith = async (t: TestContext, files: Readonly<Record<string, string | Uint8Array>>) => {
  const folder = await emptyFolder(t);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
};

test('Python from the host becomes JSON, value for value and in order, and only that is kept', async t => {
  const to = await emptyFolder(t);
  const { files } = await pullDataSet(dataSet, { from: await serve(t, honest), to });
  assert.deepEqual(files, [
    { file: 'in/tasks.json', how: 'converted', checked: true },
    { file: 'in/tools.json', how: 'converted', checked: true },
  ]);
  assert.equal(await readFile(join(to, 'in/tasks.json'), 'utf8'), tasksJson);
  assert.equal(await readFile(join(to, 'in/tools.json'), 'utf8'), toolsJson);
  assert.deepEqual(readdirSync(join(to, 'in')), ['tasks.json', 'tools.json']);

  const again = await pullDataSet(dataSet, { from: 'http://127.0.0.1:1', to });
  assert.deepEqual(
    again.files.map(({ how }) => how),
    ['present', 'present'],
  );
});

test('a connection that breaks among several sources leaves those that came', async t => {
  const to = await emptyFolder(t);
  let sent = '';
  const broken = await serve(t, (request, response) => {
    if (request.url?.endsWith('pay.py')) response.destroy();
    else honest(request, response);
  });
  await assert.rejects(pullDataSet(dataSet, { from: broken, to }), { code: 'network' });
  assert.equal(existsSync(join(to, 'in/tools.json')), false);
  const from = await serve(t, (request, response) => {
    response.on('finish', () => {
      sent += ` ${request.url?.split('/').at(-1)} ${response.statusCode}`;
    });
    honest(request, response);
  });
  await pullDataSet(dataSet, { from, to });
  assert.equal(await readFile(join(to, 'in/tools.json'), 'utf8'), toolsJson);
  assert.equal(sent, ' stop.py 416 pay.py 200');
});

for (const [kind, tasks, refusal] of [
  [
    'is not only literals',
    tasksSource.replace('"5"', 'str(5)'),
    { code: 'bad-input', message: /tasks.py, line 16: str is no literal/ },
  ],
  [
    'says something else',
    tasksSource.replace('100.0', '100'),
    { code: 'bad-download', message: /in\/tasks.json, made from .*p\/tasks.py, is not what was published/ },
  ],
] as const) {
  test(`Python that ${kind} is refused and nothing of it is kept, from a host or a copy`, async t => {
    const bad = { ...contents, 'p/tasks.py': tasks };
    for (const from of [await serve(t, hostOf(contentAt(bad))), await folderWith(t, bad)]) {
      const to = await emptyFolder(t);
      await assert.rejects(pullDataSet(dataSet, { from, to }), refusal);
      assert.deepEqual(existsSync(join(to, 'in')) ? readdirSync(join(to, 'in')) : [], []);
    }
  });
}

test('a local copy may have the Python, or the JSON, which comes first', async t => {
  const to = await emptyFolder(t);
  const from = await folderWith(t, { ...contents, 'q/in/tasks.json': tasksJson });
  const { files, notes } = await pullDataSet(dataSet, { from, to });
  assert.deepEqual(files, [
    { file: 'in/tasks.json', how: 'copied', checked: true },
    { file: 'in/tools.json', how: 'converted', checked: true },
  ]);
  assert.deepEqual(notes, []);
  assert.equal(await readFile(join(to, 'in/tools.json'), 'utf8'), toolsJson);
  const again = await pullDataSet(dataSet, { from, to });
  assert.deepEqual(
    again.files.map(({ how }) => how),
    ['present', 'present'],
  );
});

test('a local copy that lacks a source is told which', async t => {
  const { 'p/tasks.py': tasks, 'p/tools/pay.py': pay, ...rest } = contents;
  assert.ok(tasks && pay);
  const from = await folderWith(t, rest);
  await assert.rejects(pullDataSet(dataSet, { from, to: await emptyFolder(t) }), {
    code: 'not-found',
    message: `${from} has no in/tasks.json, p/tools/pay.py`,
  });
});

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data', 'tau-bench');
const skip = existsSync(shared) ? false : `${shared} is not there`;

/** The public repository's files, its Python written anew from the values of the shared JSON. */
const repository = (): Readonly<Record<string, Uint8Array | string>> => {
  const layout = openLayout(shared);
  const values = (target: string) => readValue(readText(layout.find(target)!), target) as readonly never[];
  const kept = tauBench.files.map(({ path, target }) => [path, layout.find(target)!.bytes()] as const);
  const converted = (tauBench.converted ?? []).flatMap(({ target, sources }) =>
    sources.map(({ path }, i): [string, string] => {
      const name = target.startsWith('retail')
        ? target.replace(/.*\/(.*).json/, '$1').toUpperCase()
        : 'TASKS';
      const isTool = target.endsWith('tools.json');
      return [path, isTool ? toolFile(values(target)[i]!) : tasksFile(name, values(target))];
    }),
  );
  return Object.fromEntries([...kept, ...converted]);
};

test('τ-bench comes whole from the public files, equal to the shared copy, and opens', { skip }, async t => {
  const files = repository();
  const asked: string[] = [];
  const from = await serve(
    t,
    hostOf(url => {
      const [, , , commit, ...path] = url.split('/');
      asked.push(commit!);
      const content = files[path.join('/')];
      return content === undefined ? undefined : Buffer.from(content);
    }),
  );
  const to = await emptyFolder(t);
  const pulled = await pull('tau-bench', { from, to });
  assert.equal(pulled.files.length, 14);
  assert.ok(pulled.files.every(({ checked }) => checked));
  assert.deepEqual(pulled.notes, []);
  assert.deepEqual([...new Set(asked)], ['59a200c6d575d595120f1cb70fea53cef0632f6b']);
  for (const { target } of tauBench.converted ?? []) {
    assert.deepEqual(await readFile(join(to, target)), await readFile(join(shared, target)), target);
  }
  const retail = await openTau('retail', { data: to });
  assert.deepEqual(
    retail.splits.map(split => retail.tasks(split).length),
    [115, 500, 20],
  );
  assert.equal((await openTau('airline', { data: to })).tasks('test').length, 50);
});

test('τ-bench comes whole from a copy of the repository, or of the shared folder', { skip }, async t => {
  for (const from of [await folderWith(t, repository()), shared]) {
    const to = await emptyFolder(t);
    const { files, notes } = await pull('tau-bench', { from, to });
    assert.deepEqual([files.length, files.every(({ checked }) => checked), notes], [14, true, []]);
    await openTau('airline', { data: to });
  }
});
