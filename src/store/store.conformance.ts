import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JuxtaError } from '../base/errors.ts';
import type { EvaluationRow, ExampleRow, NodeRow, RunRow, TreeRow } from './rows.ts';
import type { Store } from './store.ts';

export const aRun = (id: string, change: Partial<RunRow> = {}): RunRow => ({
  id,
  kind: 'rollout',
  name: `the run ${id}`,
  configuration: '{"beam":8}',
  status: 'running',
  started: '2026-01-02T03:04:05.000Z',
  finished: null,
  parent: null,
  ...change,
});

export const aTree = (run: string, task: string, change: Partial<TreeRow> = {}): TreeRow => ({
  run,
  stage: 'rollout',
  task,
  seed: 7,
  reward: 0.5,
  fault: null,
  summary: '{"goals":["hotel/search_hotel"]}',
  ...change,
});

export const someNodes = (paths: readonly string[]): readonly NodeRow[] =>
  paths.map((path, i) => ({
    path,
    parent: path === '' ? null : path.slice(0, -1),
    segment: 0,
    successful: i % 2 === 0,
    golden: i === 0,
    cause: i === 0 ? null : 'superseded',
    rewards: '[]',
    turns: JSON.stringify([{ speaker: 'agent', text: `turn of ${path} – £20, “naïve” 東京` }]),
  }));

const anExample = (run: string, ordinal: number, change: Partial<ExampleRow> = {}): ExampleRow => ({
  run,
  stage: 'harvest',
  kind: 'sft',
  ordinal,
  task: `task-${ordinal}`,
  example: `{"messages":[${ordinal}]}`,
  ...change,
});

const anEvaluation = (run: string, task: string, change: Partial<EvaluationRow> = {}): EvaluationRow => ({
  run,
  stage: 'before',
  task,
  seed: 1,
  setting: 'greedy',
  taskType: 'hotel+train',
  reward: 1,
  success: true,
  turns: 6,
  calls: 4,
  fault: null,
  failures: '[]',
  transcript: '[{"role":"user"}]',
  ...change,
});

const collect = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};

const hasCode =
  (code: string) =>
  (thrown: unknown): boolean =>
    (thrown as JuxtaError).code === code;

/** What every store must do. Needs the package `fast-check`. `open` gives a new, empty one. */
export const storeConformance = (name: string, open: () => Promise<Store>): void => {
  const test = (behaviour: string, body: (store: Store) => Promise<void>): void => {
    it(behaviour, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  };

  describe(name, () => {
    test('a run is given back as it was saved, and can be updated', async store => {
      assert.equal(await store.run('r'), undefined);
      await store.saveRun(aRun('r'));
      assert.deepEqual(await store.run('r'), aRun('r'));
      const finished = aRun('r', { status: 'finished', finished: '2026-01-02T04:00:00.000Z' });
      await store.saveTree(aTree('r', 'a'), []);
      await store.saveRun(finished);
      assert.deepEqual(await store.run('r'), finished);
      assert.equal(
        (await collect(store.trees({ run: 'r' }))).length,
        1,
        'an update keeps what belongs to the run',
      );
    });

    test('runs are listed oldest first', async store => {
      await store.saveRun(aRun('a', { started: '2026-03-01T00:00:00.000Z' }));
      await store.saveRun(aRun('c', { started: '2026-01-01T00:00:00.000Z' }));
      await store.saveRun(aRun('b', { started: '2026-01-01T00:00:00.000Z', parent: 'c' }));
      assert.deepEqual(
        (await store.runs()).map(run => run.id),
        ['b', 'c', 'a'],
      );
    });

    test('a run is deleted with all that belongs to it, and nothing else is', async store => {
      for (const run of ['r', 's']) {
        await store.saveRun(aRun(run));
        await store.saveStage({ run, key: 'k', status: 'finished', result: '1', cost: null });
        await store.saveSpending({ run, usd: 1, tokens: 2, calls: 3 });
        await store.saveEvents([{ run, name: 'call', count: 3 }]);
        await store.saveTree(aTree(run, 'a'), someNodes(['', 'L', 'R']));
        await store.saveExamples([anExample(run, 0)]);
        await store.saveEvaluation(anEvaluation(run, 'a'));
        await store.saveModel({ id: `${run}-model`, run, base: 'base', path: 'w', metadata: '{}' });
        await store.saveCompletion({ run, key: 'k', request: 'q', completion: '1' });
      }
      await store.deleteRun('r');
      for (const [run, left] of [
        ['r', 0],
        ['s', 1],
      ] as const) {
        assert.equal((await collect(store.trees({ run }))).length, left);
        assert.equal((await store.nodes(aTree(run, 'a'))).length, left * 3);
        assert.equal((await store.stages(run)).length, left);
        assert.equal((await store.spending(run))?.calls, left === 1 ? 3 : undefined);
        assert.equal((await store.events(run)).length, left);
        assert.equal((await collect(store.examples({ run }))).length, left);
        assert.equal((await collect(store.evaluations({ run }))).length, left);
        assert.equal((await store.models(run)).length, left);
        assert.equal(await store.completion(run, 'k', 'q'), left === 1 ? '1' : undefined);
      }
    });

    test('a stage can be begun, finished, and found again', async store => {
      await store.saveRun(aRun('r'));
      const begun = (key: string) => ({
        run: 'r',
        key,
        status: 'running' as const,
        result: null,
        cost: null,
      });
      const done = { status: 'finished' as const, result: '{"trees":3}', cost: '{"seconds":2}' };
      await store.saveStage(begun('rollout'));
      await store.saveStage({ ...begun('rollout'), ...done });
      await store.saveStage(begun('harvest'));
      assert.deepEqual(await store.stage('r', 'rollout'), { ...begun('rollout'), ...done });
      assert.equal(await store.stage('r', 'train'), undefined);
      assert.deepEqual(
        (await store.stages('r')).map(({ key, status }) => [key, status]),
        [
          ['rollout', 'finished'],
          ['harvest', 'running'],
        ],
      );
    });

    test('what a run has spent is replaced as a whole', async store => {
      await store.saveRun(aRun('r'));
      assert.equal(await store.spending('r'), undefined);
      await store.saveSpending({ run: 'r', usd: 0.125, tokens: 900, calls: 4 });
      await store.saveSpending({ run: 'r', usd: 0.1, tokens: 1000, calls: 5 });
      assert.deepEqual(await store.spending('r'), { run: 'r', usd: 0.1, tokens: 1000, calls: 5 });
      const nobody = { run: 'nobody', usd: 0, tokens: 0, calls: 0 };
      await assert.rejects(store.saveSpending(nobody), hasCode('unknown-run'));
    });

    test('counts of events are replaced by name and read in the order of their names', async store => {
      await store.saveRun(aRun('r'));
      const event = (name: string, count: number) => ({ run: 'r', name, count });
      assert.deepEqual(await store.events('r'), []);
      await store.saveEvents([event('fault reset', 1), event('call', 2)]);
      await store.saveEvents([event('call', 7)]);
      assert.deepEqual(await store.events('r'), [event('call', 7), event('fault reset', 1)]);
      await assert.rejects(
        store.saveEvents([event('call', 8), { ...event('call', 9), run: 'nobody' }]),
        hasCode('unknown-run'),
      );
      assert.equal((await store.events('r'))[0]!.count, 7, 'all of the counts are written, or none');
    });

    test('a tree is given back with its nodes in their order', async store => {
      await store.saveRun(aRun('r'));
      const nodes = someNodes(['', 'R', 'L', 'RL', 'RR']);
      assert.equal(await store.saveTree(aTree('r', 'a'), nodes), true);
      assert.deepEqual(await collect(store.trees({ run: 'r' })), [aTree('r', 'a')]);
      assert.deepEqual(await store.nodes(aTree('r', 'a')), nodes);
      assert.deepEqual(await store.nodes(aTree('r', 'b')), []);
    });

    test('a tree delivered twice is kept once, as it first came', async store => {
      await store.saveRun(aRun('r'));
      await store.saveTree(aTree('r', 'a'), someNodes(['', 'L', 'R']));
      assert.equal(await store.saveTree(aTree('r', 'a', { reward: 1 }), someNodes([''])), false);
      assert.deepEqual(await collect(store.trees({ run: 'r' })), [aTree('r', 'a')]);
      assert.equal((await store.nodes(aTree('r', 'a'))).length, 3);
    });

    test('the same task of another seed, stage or run is another tree', async store => {
      await store.saveRun(aRun('r'));
      await store.saveRun(aRun('s'));
      const others = [aTree('r', 'a', { seed: 8 }), aTree('r', 'a', { stage: 'x' }), aTree('s', 'a')];
      for (const tree of [aTree('r', 'a'), ...others]) {
        assert.equal(await store.saveTree(tree, someNodes([''])), true);
      }
      assert.equal((await collect(store.trees({ run: 'r' }))).length, 3);
      assert.equal((await collect(store.trees({ run: 'r', stage: 'x' }))).length, 1);
    });

    test('a tree with a node that cannot be stored leaves nothing behind', async store => {
      await store.saveRun(aRun('r'));
      const broken = someNodes(['', 'L']).map(node => ({ ...node, segment: Number.NaN }));
      await assert.rejects(store.saveTree(aTree('r', 'a'), broken), hasCode('bad-row'));
      assert.deepEqual(await collect(store.trees({ run: 'r' })), []);
      assert.equal(await store.saveTree(aTree('r', 'a'), someNodes(['', 'L'])), true, 'the store works on');
    });

    test('a scan yields any number of rows in the order of their keys, however they were written', async store => {
      await store.saveRun(aRun('r'));
      const tasks = Array.from({ length: 150 }, (_, i) => `task-${String((i * 37) % 150).padStart(3, '0')}`);
      for (const task of tasks) await store.saveTree(aTree('r', task), []);
      const found = (await collect(store.trees({ run: 'r' }))).map(tree => tree.task);
      assert.deepEqual(found, tasks.toSorted());
    });

    test('rows may be written while a scan is under way', async store => {
      await store.saveRun(aRun('r'));
      for (let i = 0; i < 130; i++) await store.saveTree(aTree('r', `task-${1000 + i}`), []);
      let seen = 0;
      for await (const tree of store.trees({ run: 'r' })) {
        seen += 1;
        await store.saveTree(aTree('r', tree.task, { stage: 'a-second-pass' }), []);
        await store.saveRun(aRun('r', { name: `seen ${seen}` }));
      }
      assert.equal(seen, 130);
    });

    test('examples are found by stage and kind, replaced by ordinal, and deleted', async store => {
      await store.saveRun(aRun('r'));
      await store.saveExamples([anExample('r', 1), anExample('r', 0), anExample('r', 0, { kind: 'dpo' })]);
      await store.saveExamples([
        anExample('r', 1, { example: '"new"' }),
        anExample('r', 0, { stage: 'other' }),
      ]);
      assert.deepEqual(
        (await collect(store.examples({ run: 'r', stage: 'harvest' }, 'sft'))).map(row => row.example),
        ['{"messages":[0]}', '"new"'],
      );
      assert.equal((await collect(store.examples({ run: 'r' }))).length, 4);
      await store.deleteExamples({ run: 'r', stage: 'harvest' });
      assert.equal((await collect(store.examples({ run: 'r' }))).length, 1);
    });

    test('examples that cannot all be stored are not stored at all', async store => {
      await store.saveRun(aRun('r'));
      const broken = [anExample('r', 0), anExample('r', Number.NaN)];
      await assert.rejects(store.saveExamples(broken), hasCode('bad-row'));
      assert.deepEqual(await collect(store.examples({ run: 'r' })), []);
    });

    test('models are listed in the order of their making', async store => {
      await store.saveRun(aRun('r'));
      const model = (id: string, base: string) => ({ id, run: 'r', base, path: `${id}.st`, metadata: '{}' });
      await store.saveModel(model('z', 'base'));
      await store.saveModel(model('a', 'z'));
      await store.saveModel({ ...model('z', 'base'), metadata: '{"loss":1}' });
      assert.deepEqual(
        (await store.models()).map(({ id, metadata }) => [id, metadata]),
        [
          ['z', '{"loss":1}'],
          ['a', '{}'],
        ],
      );
      assert.deepEqual(await store.model('a'), model('a', 'z'));
      assert.deepEqual(await store.models('none'), []);
    });

    test('evaluations are found by stage and setting, and kept as they first came', async store => {
      await store.saveRun(aRun('r'));
      const greedy = anEvaluation('r', 'b', { fault: 'user-fault', success: false, reward: 0 });
      assert.equal(await store.saveEvaluation(greedy), true);
      assert.equal(await store.saveEvaluation(anEvaluation('r', 'b', { reward: 0.25 })), false);
      await store.saveEvaluation(anEvaluation('r', 'b', { setting: 'sampled' }));
      await store.saveEvaluation(anEvaluation('r', 'a', { stage: 'after' }));
      assert.deepEqual(await collect(store.evaluations({ run: 'r', stage: 'before' }, 'greedy')), [greedy]);
      assert.equal((await collect(store.evaluations({ run: 'r' }))).length, 3);
      await store.deleteEvaluations({ run: 'r', stage: 'before' });
      assert.deepEqual(
        (await collect(store.evaluations({ run: 'r' }))).map(({ stage }) => stage),
        ['after'],
      );
    });

    test('a completion is found by what was asked, and the first answer stands', async store => {
      await store.saveRun(aRun('r'));
      const row = { run: 'r', key: 'task/LR/0', request: 'hash-1', completion: '{"text":"yes"}' };
      await Promise.all([store.saveCompletion(row), store.saveCompletion({ ...row, completion: '2' })]);
      assert.equal(await store.completion('r', row.key, 'hash-1'), row.completion);
      assert.equal(await store.completion('r', row.key, 'hash-2'), undefined);
    });

    test('completions and the cache are read as a whole, in the order of their keys', async store => {
      for (const run of ['r', 's']) await store.saveRun(aRun(run));
      const row = (key: string) => ({ run: 'r', key, request: 'q', completion: `"${key}"` });
      await Promise.all(['b', 'a'].map(key => store.saveCompletion(row(key))));
      await store.saveCompletion({ ...row('c'), run: 's' });
      assert.deepEqual(await collect(store.completions('r')), [row('a'), row('b')]);
      await store.saveCached('z', '1');
      await store.saveCached('y', '2');
      assert.deepEqual(await collect(store.allCached()), [
        { key: 'y', value: '2' },
        { key: 'z', value: '1' },
      ]);
    });

    test('a completion that cannot be stored does not take others with it', async store => {
      await store.saveRun(aRun('r'));
      const row = { run: 'r', key: 'k', request: 'q', completion: '1' };
      const [good, bad] = await Promise.allSettled([
        store.saveCompletion(row),
        store.saveCompletion({ ...row, run: 'nobody' }),
      ]);
      assert.deepEqual([good.status, bad.status], ['fulfilled', 'rejected']);
      assert.equal(await store.completion('r', 'k', 'q'), '1');
    });

    test('a completion still waiting when the store is closed is stored', async store => {
      await store.saveRun(aRun('r'));
      const saved = store.saveCompletion({ run: 'r', key: 'k', request: 'q', completion: '1' });
      await Promise.resolve();
      await store.close();
      await saved;
    });

    test('the cache gives back what was put in last', async store => {
      assert.equal(await store.cached('k'), undefined);
      await store.saveCached('k', '1');
      await store.saveCached('k', '2');
      assert.equal(await store.cached('k'), '2');
    });

    test('rows of a run that was never saved are refused', async store => {
      await assert.rejects(store.saveTree(aTree('nobody', 'a'), []), hasCode('unknown-run'));
      await assert.rejects(store.saveEvaluation(anEvaluation('nobody', 'a')), hasCode('unknown-run'));
    });

    test('a run can be locked once, until it is released', async store => {
      assert.equal(await store.isLocked('r/1'), false);
      const lock = await store.lockRun('r/1');
      assert.equal(await store.isLocked('r/1'), true);
      await assert.rejects(store.lockRun('r/1'), (thrown: JuxtaError) => {
        assert.equal(thrown.code, 'run-locked');
        assert.match(thrown.message, new RegExp(`run r/1 is being written by process ${process.pid}`));
        return true;
      });
      await (await store.lockRun('r/2')).release();
      await lock.release();
      assert.equal(await store.isLocked('r/1'), false);
      const again = await store.lockRun('r/1');
      await lock.release();
      await assert.rejects(
        store.lockRun('r/1'),
        hasCode('run-locked'),
        'an old lock cannot release a new one',
      );
      await again.release();
    });

    test('a closed store says so', async store => {
      await store.close();
      await assert.rejects(store.runs(), hasCode('store-closed'));
      await assert.rejects(store.saveTree(aTree('r', 'a'), []), hasCode('store-closed'));
      await assert.rejects(
        store.saveCompletion({ run: 'r', key: 'k', request: 'q', completion: '1' }),
        hasCode('store-closed'),
      );
      await assert.rejects(collect(store.trees({ run: 'r' })), hasCode('store-closed'));
    });

    test('any JSON comes back byte for byte', async store => {
      await store.saveRun(aRun('r'));
      let ordinal = 0;
      const { default: fc } = await import('fast-check');
      await fc.assert(
        fc.asyncProperty(fc.json(), fc.string({ unit: 'binary' }), async (json, text) => {
          const turns = JSON.stringify([JSON.parse(json), text]);
          const tree = aTree('r', `task ${ordinal++}`);
          await store.saveTree(tree, [{ ...someNodes([''])[0]!, turns }]);
          assert.equal((await store.nodes(tree))[0]!.turns, turns);
        }),
        { numRuns: 50 },
      );
    });
  });
};
