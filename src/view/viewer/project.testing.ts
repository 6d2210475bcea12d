/** For tests: a project's store with runs to look at, written as runs write it. */
import { noUsage, type Turn } from '../../dialogue/turn.ts';
import { treeRows } from '../../runs/project/rows.ts';
import type { JoshNode, JoshTree } from '../../search/josh/tree.ts';
import type { RunRow } from '../../store/rows.ts';
import { openStore } from '../../store/sqlite.ts';
import type { Store } from '../../store/store.ts';

/** What a model may write to break a page. */
export const hostile = [
  '<script>window.broken = "script"</script>',
  '<img src=x onerror="window.broken = 1">',
  '<svg onload="window.broken = 2"><a href="javascript:window.broken = 3">x</a></svg>',
  '[click](javascript:window.broken=4) https://evil.example/?q=secret',
  '\x1b[31mred\x1b[0m \u202Eesrever\u202C \0 </p></div></body>{{7*7}} &lt;b&gt;',
].join('\n');

const turn = (speaker: Turn['speaker'], text: string, more: Partial<Turn> = {}): Turn => {
  const message = { role: speaker === 'agent' ? 'assistant' : 'user', content: text } as const;
  const usage = speaker === 'agent' ? { inputTokens: 40, outputTokens: 10 } : noUsage;
  return { speaker, visible: [message], internal: [message], calls: [], usage, ...more };
};

const searching = (area: string, text: string): Turn =>
  turn('agent', text, {
    calls: [
      { name: 'search_hotel', arguments: { area, stars: 4 }, output: `[{"name":"${text}"}]`, returned: null },
    ],
  });

const node = (path: string, turns: readonly Turn[], more: Partial<JoshNode> = {}): JoshNode => ({
  path,
  parent: path === '' ? null : path.slice(0, -1),
  segment: 0,
  turns,
  rewards: [],
  successful: false,
  golden: false,
  ...more,
});

const won = { successful: true, golden: true };

/** A tree of two forks: a right search beside a wrong one, then a right answer beside a fault. */
export const forkedTree = (task: string, text = 'Hotel Ophelia', more: Partial<JoshTree> = {}): JoshTree => ({
  task,
  taskType: 'hotel',
  seed: 7,
  systemPrompt: 'You help travellers.',
  goals: ['hotel/search_hotel', 'hotel/book_hotel'],
  reward: 1,
  nodes: [
    node('', [turn('user', `A hotel in the north, please. ${text}`)], won),
    node('L', [searching('north', `I found ${text} in the north.`), turn('user', 'Book it.')], {
      ...won,
      rewards: [{ goals: ['hotel/search_hotel'], turn: 0, credited: true }],
    }),
    node('R', [searching('south', `I found ${text} in the south.`)], { cause: 'superseded' }),
    node('LL', [turn('agent', 'It is booked.')], {
      ...won,
      segment: 1,
      cause: 'goal',
      rewards: [{ goals: ['hotel/book_hotel'], turn: 0, credited: true }],
    }),
    node('LR', [turn('agent', 'One moment.', { error: `the endpoint failed: ${text}` })], {
      segment: 1,
      cause: 'infrastructure-fault',
    }),
  ],
  collapses: [
    { path: 'L', turns: 1, goals: ['hotel/search_hotel'], round: 1 },
    { path: 'LL', turns: 1, goals: ['hotel/book_hotel'], round: 2 },
  ],
  rounds: 2,
  ...more,
});

/** A tree in which nothing was reached. */
const lostTree = (task: string): JoshTree => ({
  ...forkedTree(task),
  taskType: 'train',
  reward: 0,
  nodes: [
    node('', [turn('user', 'A train, please.')]),
    ...['L', 'R'].map(path => node(path, [turn('agent', 'No.')], { cause: 'user-ended' })),
  ],
  collapses: [],
});

/** A binary tree of about so many nodes. */
export const largeTree = (task: string, nodes: number): JoshTree => {
  const paths = [''];
  for (let i = 0; paths.length < nodes; i++) paths.push(`${paths[i]}L`, `${paths[i]}R`);
  const inner = new Set(paths.map(path => path.slice(0, -1)));
  const isGolden = (path: string): boolean => !path.includes('R');
  return {
    ...forkedTree(task),
    nodes: paths.map(path =>
      node(path, [turn('agent', `At ${path}.`)], {
        golden: isGolden(path),
        successful: isGolden(path),
        ...(!inner.has(path) && { cause: isGolden(path) ? ('goal' as const) : ('turn-limit' as const) }),
      }),
    ),
  };
};

export const runRow = (id: string, more: Partial<RunRow> = {}): RunRow => ({
  id,
  kind: id.split('-')[0]!,
  name: id,
  configuration: JSON.stringify({ cast: { environment: { name: 'hamlet' } }, seed: 1 }),
  status: 'finished',
  started: '2026-01-02T03:04:05.000Z',
  finished: '2026-01-02T03:05:05.000Z',
  parent: null,
  ...more,
});

export const stage = 'roll out';

export const saveTree = async (store: Store, run: string, tree: JoshTree): Promise<void> => {
  const { row, nodes } = treeRows({ run, stage }, tree);
  await store.saveTree(row, nodes);
};

const saveEvaluation = async (
  store: Store,
  run: string,
  started: string,
  successes: readonly boolean[],
): Promise<void> => {
  await store.saveRun(runRow(run, { started }));
  for (const [i, success] of successes.entries())
    await store.saveEvaluation({
      ...{ run, stage: 'evaluate, greedy', setting: 'greedy', task: `task-${i}`, seed: 1 },
      ...{ taskType: i < 2 ? 'hotel' : 'train', reward: success ? 1 : 0.5, success, turns: 3, calls: 1 },
      fault: run === 'evaluate-1' && i === 0 ? 'user-fault' : null,
      failures: JSON.stringify([
        {
          goal: 'hotel/search_hotel',
          tool: 'search_hotel',
          verdict: success ? 'reached' : 'never-called',
          errors: [],
        },
      ]),
      transcript: JSON.stringify([
        turn('user', `A hotel, please. ${hostile}`),
        searching('north', `${run} found it.`),
      ]),
    });
};

const estimate = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });

const evaluationResult = (successRate: number): object => {
  const setting = {
    ...{ n: 10, success: estimate(successRate), successRate, averageReward: successRate },
    ...{ turnsPerTask: 3, callsPerTask: 1, faults: {}, errors: { goals: 1, byVerdict: {} }, pass: [] },
    faultBlind: { n: 10, successRate, averageReward: successRate },
  };
  return { greedy: setting, sampled: setting };
};

/** A self-training in its second round: the first trained, the second has rolled out a quarter of its trees. */
export const saveSelftraining = async (store: Store): Promise<void> => {
  const run = 'selftrain-1';
  const configuration = { cast: { environment: { name: 'hamlet' } }, tasks: 4, gateTasks: 10, seed: 1 };
  await store.saveRun(
    runRow(run, { started: '2025-06-01', status: 'stopped', configuration: JSON.stringify(configuration) }),
  );
  const losses = ['sft', 'dpo'].flatMap(method =>
    Array.from({ length: 900 }, (_, step) => ({ method, step, loss: 2 / (1 + step / 100) })),
  );
  const results: Readonly<Record<string, object>> = {
    'gate before': evaluationResult(0.4),
    'round 1: roll out': { trees: 4, averageReward: 0.75, full: 3, nodes: 20 },
    'round 1: harvest': { folders: {}, rows: { sft: 3, dpo: 7 } },
    'round 1: train': { model: 'm', losses, tokensPerSecond: 1000, seconds: 5 },
    'round 1: KL to the base': {
      ...{ perToken: estimate(0.12), perCompletion: estimate(2), prompts: 10, samples: 10 },
    },
    'round 1: gate': evaluationResult(0.6),
  };
  const cost = JSON.stringify({ seconds: 10, peakMemoryBytes: 1e8 });
  for (const [key, result] of Object.entries(results))
    await store.saveStage({ run, key, status: 'finished', result: JSON.stringify(result), cost });
  await store.saveStage({ run, key: 'round 2: roll out', status: 'running', result: null, cost });
  const { row, nodes } = treeRows({ run, stage: 'round 2: roll out' }, forkedTree('task-1'));
  await store.saveTree(row, nodes);
};

/**
 * Writes the runs: a rollout with a forked, a lost, a hostile and a faulty tree; two evaluations; a self-training
 * that was stopped; a rollout that was killed.
 */
export const projectWithRuns = async (folder: string): Promise<void> => {
  const store = openStore(folder);
  // Of five tasks the first ends in a fault, the second is won the second time, the third lost, and the last is new.
  await saveEvaluation(store, 'evaluate-1', '2026-01-01', [false, false, true, true]);
  await saveEvaluation(store, 'evaluate-2', '2026-01-01T12:00', [true, true, false, true, true]);
  await store.saveRun(runRow('rollout-1'));
  await store.saveStage({
    run: 'rollout-1',
    key: stage,
    status: 'finished',
    result: JSON.stringify({ trees: 4, averageReward: 0.625 }),
    cost: JSON.stringify({ seconds: 12, peakMemoryBytes: 3e8 }),
  });
  await saveTree(store, 'rollout-1', forkedTree('task-forked'));
  await saveTree(store, 'rollout-1', lostTree('task-lost'));
  await saveTree(store, 'rollout-1', forkedTree(`task-hostile <b>`, hostile));
  const fault = { cause: 'user-fault', message: 'the user did not open' } as const;
  await saveTree(store, 'rollout-1', { ...lostTree('task-faulty'), reward: 0.5, fault });
  await store.saveSpending({ run: 'rollout-1', usd: 1.25, tokens: 3000, calls: 12 });
  await store.saveEvents([{ run: 'rollout-1', name: 'fault rate-limit', count: 3 }]);
  await store.saveRun(
    runRow('rollout-2', { status: 'running', finished: null, started: '2026-01-03T00:00:00.000Z' }),
  );
  await saveSelftraining(store);
  await store.close();
};
