import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { JuxtaError } from '../../base/errors.ts';
import { type Listening, listen } from '../../http/listen.ts';
import { openStoreReader, type StoreReader } from '../../store/reader.ts';
import { openStore } from '../../store/sqlite.ts';
import type {
  ComparisonDetail,
  ConversationDetail,
  ConversationPage,
  EvaluationName,
  Failure,
  LearningDetail,
  RunDetail,
  RunSummary,
  TreeDetail,
  TreePage,
} from './api.ts';
import { viewerApp } from './app.ts';
import { pageFiles } from './page-files.ts';
import { forkedTree, projectWithRuns, runRow, saveTree, stage } from './project.testing.ts';

const temporary = (): string => mkdtempSync(join(tmpdir(), 'juxta-view-'));
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
const databaseOf = (folder: string): string => join(folder, '.juxta', 'juxta.sqlite');
const page = { content: new TextEncoder().encode('<p>page</p>'), type: 'text/html', immutable: false };
const files = new Map([['/index.html', page]]);

describe('the viewer’s server', () => {
  const folder = temporary();
  let reader: StoreReader;
  let server: Listening;
  before(async () => {
    await projectWithRuns(folder);
    reader = openStoreReader(folder);
    server = await listen(viewerApp({ reader, files }));
  });
  after(async () => {
    await server.close();
    reader.close();
    remove(folder);
  });
  const get = async <T>(path: string): Promise<T> =>
    (await fetch(`${server.url}${path}`)).json() as Promise<T>;
  const failure = async (path: string): Promise<readonly [status: number, message: string]> => {
    const response = await fetch(`${server.url}${path}`);
    return [response.status, ((await response.json()) as Failure).error.message];
  };
  const trees = (query: string): Promise<TreePage> =>
    get(`/api/runs/rollout-1/trees?${new URLSearchParams({ stage })}&${query}`);
  const tree = (task: string): Promise<TreeDetail> =>
    get(`/api/runs/rollout-1/tree?${new URLSearchParams({ stage, task, seed: '7' })}`);

  it('lists runs, newest first, with what came out, and tells a killed one from one that runs', async () => {
    const runs = await get<readonly RunSummary[]>('/api/runs');
    assert.deepEqual(
      runs.map(({ id, status, trees, conversations }) => [id, status, trees, conversations]),
      [
        ['rollout-2', 'killed', 0, 0],
        ['rollout-1', 'finished', 4, 0],
        ['evaluate-2', 'finished', 0, 5],
        ['evaluate-1', 'finished', 0, 4],
        ['selftrain-1', 'stopped', 1, 0],
      ],
    );
    assert.equal(runs[1]?.outcome, '4 trees, average reward 0.625');
    assert.equal(runs[1]?.environment, 'hamlet');
    assert.deepEqual([runs[1]?.seconds, runs[1]?.usd], [12, 1.25]);
  });

  it('tells of a run’s stages, success rates without faulty conversations, and what failed', async () => {
    const rollout = await get<RunDetail>('/api/runs/rollout-1');
    assert.deepEqual(rollout.stages[0]?.trees, { count: 4, averageReward: 0.625, full: 2, faults: 1 });
    assert.match(rollout.requests.join('\n'), /12 calls.*\nfailed requests: 3 \(3 rate-limit\)/);
    const [evaluation] = (await get<RunDetail>('/api/runs/evaluate-1')).stages;
    const [greedy] = evaluation!.conversations;
    assert.deepEqual([greedy?.count, greedy?.faults], [4, 1]);
    assert.equal(greedy?.success?.value, 2 / 3);
    assert.ok(greedy.success.low > 0 && greedy.success.high < 1);
  });

  it('tells how far a stage is, and while its run goes on, how long it will take at that pace', async () => {
    const rollingOut = async () =>
      (await get<RunDetail>('/api/runs/selftrain-1')).stages.find(({ key }) => key === 'round 2: roll out')!;
    const stopped = await rollingOut();
    assert.deepEqual([stopped.status, stopped.trees?.count, stopped.expected], ['unfinished', 1, 4]);
    assert.equal(stopped.secondsLeft, null);
    const store = openStore(folder);
    const row = (await store.run('selftrain-1'))!;
    const lock = await store.lockRun(row.id);
    await store.saveRun({ ...row, status: 'running' });
    const running = await rollingOut();
    assert.deepEqual([running.status, running.secondsLeft], ['running', 30]);
    await store.saveRun(row);
    await lock.release();
    await store.close();
  });

  it('tells what a training did, round by round, with curves that a chart can hold', async () => {
    const { gateBefore, rounds, losses } = await get<LearningDetail>('/api/runs/selftrain-1/learning');
    assert.equal(gateBefore, 0.4);
    assert.deepEqual(rounds, [
      {
        ...{ round: 1, averageReward: 0.75, examples: { sft: 3, dpo: 7 }, klPerToken: 0.12 },
        ...{ gate: 0.6, kept: null },
      },
      { round: 2, averageReward: null, examples: null, klPerToken: null, gate: null, kept: null },
    ]);
    assert.deepEqual(
      losses.map(({ name, points }) => [name, points[0], points.at(-1)?.[0]]),
      [
        ['round 1, SFT', [0, 2], 899],
        ['round 1, DPO', [0, 2], 899],
      ],
    );
    assert.ok(losses.every(({ points }) => points.length <= 600));
    assert.deepEqual(await get('/api/runs/rollout-1/learning'), { gateBefore: null, rounds: [], losses: [] });
  });

  it('lists trees: filtered, ordered, a page at a time', async () => {
    const tasks = async (query: string): Promise<readonly string[]> =>
      (await trees(query)).rows.map(({ task }) => task.split(' ')[0]!);
    const all = ['task-faulty', 'task-forked', 'task-hostile', 'task-lost'];
    assert.deepEqual(await tasks(''), all);
    assert.deepEqual(await tasks('order=newest'), [
      'task-faulty',
      'task-hostile',
      'task-lost',
      'task-forked',
    ]);
    assert.deepEqual(await tasks('order=reward&limit=2'), ['task-lost', 'task-faulty']);
    assert.deepEqual(await tasks('offset=1&limit=2'), all.slice(1, 3));
    assert.deepEqual(await tasks('search=FORK'), ['task-forked']);
    assert.deepEqual(await tasks('search=%25'), []);
    assert.deepEqual(await tasks('words=in%20the%20NORTH.'), ['task-forked', 'task-hostile']);
    assert.deepEqual(await tasks('words=search_hotel&search=fork'), ['task-forked']);
    assert.deepEqual(await tasks('words=%3Cscript%3Ewindow.broken%20%3D%20%22script%22'), ['task-hostile']);
    assert.deepEqual(await tasks('words=speaker'), []);
    assert.deepEqual(await tasks('words=assistant'), []);
    assert.deepEqual(await tasks('type=train'), ['task-faulty', 'task-lost']);
    assert.deepEqual(await tasks('outcome=full'), ['task-forked', 'task-hostile']);
    assert.deepEqual(await tasks('outcome=none'), ['task-lost']);
    assert.deepEqual(await tasks('outcome=fault'), ['task-faulty']);
    assert.deepEqual(await tasks('cause=infrastructure-fault'), ['task-forked', 'task-hostile']);
    const { total, types, rows } = await trees('limit=1');
    assert.deepEqual([total, types, rows[0]?.nodes], [4, ['hotel', 'train'], 3]);
  });

  it('tells of a tree with its forks, and of what each node became', async () => {
    const { nodes, forks, collapses, fault, previous, next } = await tree('task-forked');
    assert.deepEqual([previous?.task, next?.task], ['task-faulty', 'task-hostile <b>']);
    assert.equal((await tree('task-hostile <b>')).next, null);
    assert.deepEqual(forks, [
      { path: '', winner: 'L', siblings: ['R'] },
      { path: 'L', winner: 'LL', siblings: ['LR'] },
    ]);
    assert.equal(collapses.length, 2);
    assert.equal(fault, null);
    assert.deepEqual(Object.fromEntries(nodes.map(({ path, became }) => [path, became])), {
      '': ['sft', 'kto-good'],
      L: ['sft', 'kto-good', 'dpo-chosen'],
      R: ['kto-bad', 'dpo-rejected'],
      LL: ['sft', 'kto-good'],
      LR: ['withheld'],
    });
    assert.deepEqual(nodes[1]?.usage, { inputTokens: 40, outputTokens: 10, cachedTokens: 0 });
    assert.equal((await tree('task-faulty')).fault?.message, 'the user did not open');
    assert.deepEqual((await tree('task-lost')).forks, []);
  });

  const stageOf = 'evaluate, greedy';
  const conversations = (query: string): Promise<ConversationPage> =>
    get(`/api/runs/evaluate-1/conversations?${new URLSearchParams({ stage: stageOf })}&${query}`);

  it('lists conversations of an evaluation, and tells one with its goals', async () => {
    const tasks = async (query: string): Promise<readonly string[]> =>
      (await conversations(query)).rows.map(({ task }) => task);
    assert.deepEqual(await tasks(''), ['task-0', 'task-1', 'task-2', 'task-3']);
    assert.deepEqual(await tasks('outcome=success'), ['task-2', 'task-3']);
    assert.deepEqual(await tasks('outcome=failure'), ['task-1']);
    assert.deepEqual(await tasks('outcome=fault'), ['task-0']);
    assert.deepEqual(await tasks('search=TRAIN&offset=1'), ['task-3']);
    const query = new URLSearchParams({ stage: stageOf, task: 'task-1', seed: '1' });
    const { transcript, goals, success } = await get<ConversationDetail>(
      `/api/runs/evaluate-1/conversation?${query}`,
    );
    assert.deepEqual([transcript.length, goals[0]?.verdict, success], [2, 'never-called', false]);
    query.set('task', 'task-9');
    assert.equal((await failure(`/api/runs/evaluate-1/conversation?${query}`))[0], 404);
  });

  it('compares two evaluations on the tasks and seeds that both have, faults apart', async () => {
    const names = await get<readonly EvaluationName[]>('/api/evaluations');
    assert.deepEqual(
      names.map(({ run, stage, conversations: count }) => [run, stage, count]),
      [
        ['evaluate-2', stageOf, 5],
        ['evaluate-1', stageOf, 4],
      ],
    );
    const query = new URLSearchParams({
      ...{ before: 'evaluate-1', beforeStage: stageOf, after: 'evaluate-2', afterStage: stageOf },
    });
    const { success, byType, faulty, unmatched, flips } = await get<ComparisonDetail>(
      `/api/comparison?${query}`,
    );
    assert.deepEqual([success.pairs, faulty, unmatched], [3, 1, 1]);
    assert.deepEqual(
      [success.before.value, success.after.value, success.difference.value],
      [2 / 3, 2 / 3, 0],
    );
    assert.deepEqual(
      byType.map(({ type, success: own }) => [type, own.pairs, own.difference.value]),
      [
        ['hotel', 1, 1],
        ['train', 2, -0.5],
      ],
    );
    assert.equal(byType[0]?.success.ratio.value, null);
    assert.deepEqual(
      flips.map(({ task, won }) => [task, won]),
      [
        ['task-1', true],
        ['task-2', false],
      ],
    );
  });

  it('says what is not there, or was asked wrongly', async () => {
    const query = new URLSearchParams({ stage, task: 'task-forked' });
    assert.deepEqual(await failure('/api/runs/rollout-9'), [404, 'there is no run rollout-9 (any more)']);
    assert.equal((await failure(`/api/runs/rollout-1/tree?${query}&seed=8`))[0], 404);
    assert.match((await failure(`/api/runs/rollout-1/tree?${query}&seed=x`))[1], /^seed: /);
    assert.match((await failure(`/api/runs/rollout-1/trees?stage=x&limit=501`))[1], /^limit: /);
    assert.match((await failure(`/api/runs/rollout-1/trees?stage=x&cause=bad%20luck`))[1], /^cause: /);
    assert.equal((await failure('/api/elsewhere'))[0], 404);
    assert.equal((await fetch(`${server.url}/api/runs`, { method: 'POST' })).status, 405);
  });

  it('makes calls again for nobody but itself', async () => {
    const query = new URLSearchParams({ stage, task: 'task-forked', seed: '7', path: 'L' });
    const ask = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/runs/rollout-1/state?${query}`, { method: 'POST', headers });
    assert.equal((await ask({ origin: 'https://evil.example' })).status, 403);
    assert.equal((await fetch(`${server.url}/api/runs/rollout-1/state?${query}`)).status, 405);
    assert.match(((await (await ask({})).json()) as { why: string }).why, /no longer has the task/);
  });

  it('shows the page at every other address', async () => {
    for (const path of ['/', '/runs/rollout-1', '/runs/a/b/c/7']) {
      const response = await fetch(`${server.url}${path}`);
      assert.equal(await response.text(), '<p>page</p>');
    }
    assert.equal((await failure('/assets/gone.js'))[0], 404);
  });

  it('tells of new trees, and writes nothing itself', async () => {
    const watching = new AbortController();
    const response = await fetch(`${server.url}/api/live`, { signal: watching.signal });
    const events = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.match((await events.read()).value!, /^event: change\ndata: \{"trees":5/);
    const store = openStore(folder);
    await saveTree(store, 'rollout-2', forkedTree('task-new'));
    assert.match((await events.read()).value!, /^event: change\ndata: \{"trees":6/);
    watching.abort();
    await store.close();
    const bytes = readFileSync(databaseOf(folder));
    await tree('task-forked');
    await trees('');
    assert.ok(readFileSync(databaseOf(folder)).equals(bytes));
  });

  it('says clearly that a run was deleted while it was looked at, and that a tree is damaged', async () => {
    const store = openStore(folder);
    await store.saveRun(runRow('rollout-8'));
    await saveTree(store, 'rollout-8', forkedTree('task-damaged'));
    await store.close();
    const address = `/api/runs/rollout-8/tree?${new URLSearchParams({ stage, task: 'task-damaged', seed: '7' })}`;
    assert.equal((await fetch(`${server.url}${address}`)).status, 200);
    const database = new DatabaseSync(databaseOf(folder));
    database.exec("UPDATE trees SET summary = '{' WHERE task = 'task-damaged'");
    assert.deepEqual(await failure(address), [
      503,
      'the tree of task-damaged in rollout-8 cannot be read (restore the store from a copy, or roll the task out again in a new run)',
    ]);
    database.exec("UPDATE runs SET configuration = '{' WHERE id = 'rollout-8'");
    assert.equal(
      (await get<readonly RunSummary[]>('/api/runs')).find(({ id }) => id === 'rollout-8')?.trees,
      1,
    );
    assert.equal((await get<RunDetail>('/api/runs/rollout-8')).configuration, null);
    database.exec("PRAGMA foreign_keys = ON; DELETE FROM runs WHERE id = 'rollout-8'");
    database.close();
    assert.equal((await failure(address))[0], 404);
    assert.equal((await failure('/api/runs/rollout-8'))[0], 404);
  });
});

describe('a viewer with a key', () => {
  it('is shown to who gives the key in the address once, and then in a cookie', async () => {
    const folder = temporary();
    await projectWithRuns(folder);
    const reader = openStoreReader(folder);
    const server = await listen(viewerApp({ reader, files, key: 'secret' }));
    try {
      const get = (path: string, headers: Record<string, string> = {}) =>
        fetch(`${server.url}${path}`, { headers, redirect: 'manual' });
      assert.equal((await get('/')).status, 401);
      assert.equal((await get('/?key=wrong')).status, 401);
      assert.equal((await get('/api/runs', { authorization: 'Bearer secret' })).status, 200);
      const first = await get('/runs/rollout-1?outcome=full&key=secret');
      assert.deepEqual([first.status, first.headers.get('location')], [302, '/runs/rollout-1?outcome=full']);
      assert.equal((await get('//evil.example?key=secret')).headers.get('location'), '/evil.example');
      const cookie = first.headers.get('set-cookie')!;
      assert.match(cookie, /HttpOnly; SameSite=Strict/);
      assert.equal((await get('/api/runs', { cookie: cookie.split(';')[0]! })).status, 200);
    } finally {
      await server.close();
      reader.close();
      remove(folder);
    }
  });
});

describe('a store that cannot be shown', () => {
  const refused = (folder: string, code: string): void => {
    assert.throws(
      () => openStoreReader(folder),
      (thrown: unknown) => thrown instanceof JuxtaError && thrown.code === code && thrown.hint !== undefined,
    );
  };

  it('is told of as what it is', async () => {
    const folder = temporary();
    refused(folder, 'no-store');
    await projectWithRuns(folder);
    const database = new DatabaseSync(databaseOf(folder));
    database.exec('PRAGMA user_version = 99');
    refused(folder, 'store-too-new');
    database.exec('PRAGMA user_version = 1');
    refused(folder, 'store-too-old');
    database.exec('PRAGMA application_id = 7');
    refused(folder, 'not-a-store');
    database.close();
    writeFileSync(databaseOf(folder), 'This is no database. '.repeat(100));
    refused(folder, 'not-a-store');
    remove(folder);
  });

  it('is not the page’s doing: one that was not built says how to build it', () => {
    const folder = temporary();
    assert.throws(() => pageFiles(folder), /npm run build:page|has not been built/);
    remove(folder);
  });
});
