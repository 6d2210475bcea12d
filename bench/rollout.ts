/**
 * How fast rollouts with remote models are, and how few calls they need:
 *
 *     node bench/rollout.ts wall --latency 200               20 tasks over HTTP, nothing capped
 *     node bench/rollout.ts wall --latency 200 --in-flight 20
 *     node bench/rollout.ts wall --latency 200 --in-flight 200 --tasks 1000
 *     node bench/rollout.ts own --tasks 2000                 our own CPU per agent step, without HTTP and SDK
 *     node bench/rollout.ts calls --beam 8                   calls per golden path
 *     node bench/rollout.ts faults --latency 20              every kind of fault, 5 % each
 *
 * A scripted endpoint plays ToolWOZ's agent and user with the probabilities of the reference's measurements
 * (`reference_speed.json`), in a process of its own. Everything else is what `juxta rollout` does: HTTP, SDK, store.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Option } from 'commander';
import { whole } from '../src/cli/options.ts';
import { isFault } from '../src/dialogue/turn.ts';
import { harvest } from '../src/harvest/harvest.ts';
import { memoryLog } from '../src/models/completion-log.ts';
import { createScheduler } from '../src/models/scheduler.ts';
import { type StackOptions, stack } from '../src/models/stack.ts';
import { cacheLog, runLog } from '../src/models/store-logs.ts';
import { everyFault } from '../src/models/testing/scripted-server.ts';
import { type Backing, openBacking } from '../src/runs/backing.ts';
import type { CastSpec } from '../src/runs/cast.ts';
import { beginRun, openProject, type Project } from '../src/runs/project.ts';
import { type RolloutSummary, rollOut, storedTrees } from '../src/runs/rollout.ts';
import { defaultSearch, type SearchOptions } from '../src/search/josh.ts';
import { commandLine } from './command-line.ts';
import { startEndpoint } from './rollout/endpoint.ts';
import { castOf, inProcessModel, openScene, type Scene } from './rollout/scene.ts';
import { STAGE, searchInLockstep } from './rollout/search.ts';

interface Options {
  readonly tasks: number;
  readonly latency: number;
  readonly inFlight?: number;
  readonly beam: number;
  readonly eager: boolean;
}
const line = commandLine(import.meta.filename)
  .addArgument(new Argument('<measure>', 'what is measured').choices(['wall', 'own', 'calls', 'faults']))
  .addOption(new Option('--tasks <n>', 'first tasks of ToolWOZ val').default(20).argParser(whole(1)))
  .addOption(new Option('--latency <ms>', "the endpoint's").default(200).argParser(whole(0)))
  .addOption(new Option('--in-flight <n>', 'cap on requests at once (default: none)').argParser(whole(1)))
  .addOption(new Option('--beam <n>', 'most live leaves of a tree').default(8).argParser(whole(1)))
  .option('--eager', 'ask for nothing that cannot matter any more', false)
  .parse();
const { tasks: count, latency: latencyMs, inFlight: cap, beam, eager } = line.opts<Options>();
const search: SearchOptions = { ...defaultSearch, beam, eager };
const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** A project in a temporary folder, with a run. */
const inProject = async <T>(work: (project: Project, run: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'juxta-bench-'));
  const project = await openProject(folder);
  try {
    const { id } = await beginRun(project, 'rollout', {});
    return await work(project, id);
  } finally {
    await project.store.close();
    rmSync(folder, { recursive: true });
  }
};

const play = (
  project: Project,
  scene: Scene,
  run: string,
  stage: string,
  cast: CastSpec,
): Promise<RolloutSummary> =>
  rollOut(
    project,
    {
      run,
      stage,
      cast,
      split: 'val',
      tasks: scene.tasks.map((task, index) => ({ index, id: task.id })),
      seed: 1,
      temperature: 1,
      search,
      maxMessages: 15,
      maxSteps: Number.MAX_SAFE_INTEGER,
      threads: 1,
    },
    () => undefined,
  );

/** There are 793 tasks; more are the same again in another stage, and so with other seeds. */
const stagesOf = (scene: Scene, tasks: number, name: string): { stage: string; part: Scene }[] =>
  Array.from({ length: Math.ceil(tasks / scene.tasks.length) }, (_, i) => ({
    stage: i === 0 ? name : `${name} ${i + 1}`,
    part: { ...scene, tasks: scene.tasks.slice(0, tasks - i * scene.tasks.length) },
  }));

const averageOf = (summaries: readonly RolloutSummary[]): number =>
  summaries.reduce((sum, { averageReward, trees }) => sum + averageReward * trees, 0) /
  summaries.reduce((sum, { trees }) => sum + trees, 0);

const wall = async (): Promise<void> => {
  const scene = await openScene(count);
  const { chain } = await searchInLockstep(scene, search);
  const server = await startEndpoint(count, { latencyMs });
  await inProject(async (project, run) => {
    const parallel = cap === undefined ? { parallel: count } : { maxInFlight: cap };
    const limits = { ...parallel, sampleSeeds: true };
    const backing = await openBacking(project.store, run, limits, 'reference');
    const before = { cpu: process.threadCpuUsage(), load: loadavg()[0]! };
    const began = performance.now();
    const summaries = await Promise.all(
      stagesOf(scene, count, STAGE).map(({ stage, part }) =>
        play({ ...project, backing }, part, run, stage, castOf(`${server.baseUrl}#scripted`)),
      ),
    );
    const took = performance.now() - began;
    const { user, system } = process.threadCpuUsage(before.cpu);
    const { requests, mostInFlight } = await server.stats();
    await backing.close();
    const critical = chain * latencyMs;
    const bound = cap === undefined ? critical : (requests * latencyMs) / cap;
    print(
      `${count} tasks, beam ${search.beam}, ${latencyMs} ms, ${cap === undefined ? 'no cap' : `cap ${cap}`}: ` +
        `${(took / 1000).toFixed(2)} s; ${(took / bound).toFixed(3)} × ` +
        `${cap === undefined ? `critical path (${chain} calls)` : 'calls × latency / cap'} = ${(bound / 1000).toFixed(2)} s; ` +
        `${requests} requests, at most ${mostInFlight} in flight; reward ${averageOf(summaries).toFixed(3)}; ` +
        `main thread ${((user + system) / 1e6).toFixed(2)} s CPU; ` +
        `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB; load before ${before.load.toFixed(1)}`,
    );
  });
  server.close();
};

/** Our own CPU: everything but HTTP, SDK and the policy; with the store. */
const own = async (): Promise<void> => {
  const scene = await openScene(count);
  await inProject(async (project, run) => {
    const provider = inProcessModel(scene, async () => undefined);
    const { store } = project;
    const model = stack(provider, {
      coalesce: true,
      retry: {},
      scheduler: createScheduler(),
      record: runLog(store, run),
      cache: cacheLog(store),
    });
    const backing: Backing = { ...idle, open: () => model };
    const load = loadavg()[0]!;
    const cold = await costOf(20, 'cold');
    const warm = await costOf(count, 'warm');
    print(
      `${count} tasks: ${warm.perStep} ms of our own CPU per agent step (${warm.steps} steps); the first 20, before the ` +
        `engine has compiled anything: ${cold.perStep} ms; peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB; ` +
        `load before ${load.toFixed(1)}`,
    );

    async function costOf(tasks: number, name: string): Promise<{ perStep: string; steps: number }> {
      const policyBefore = provider.policyMs();
      const began = process.cpuUsage();
      const stages = stagesOf(scene, tasks, name);
      for (const { stage, part } of stages)
        await play({ ...project, backing }, part, run, stage, castOf(provider.id));
      const { user, system } = process.cpuUsage(began);
      let steps = 0;
      for (const { stage } of stages)
        for await (const { nodes } of storedTrees(project, { run, stage }))
          steps += nodes.flatMap(node => node.turns).filter(turn => turn.speaker === 'agent').length;
      const ours = (user + system) / 1000 - (provider.policyMs() - policyBefore);
      return { perStep: (ours / steps).toFixed(3), steps };
    }
  });
};

const idle: Omit<Backing, 'open'> = {
  userFault: () => undefined,
  parallel: 32,
  prices: { date: '', priceOf: () => undefined },
  counts: () => ({}),
  spent: () => ({ usd: 0, tokens: 0, calls: 0 }),
  alive: () => undefined,
  note: () => '',
  exhausted: () => false,
  failure: () => undefined,
  close: async () => undefined,
};

/** HTTP requests (a request for several samples counts once) against those of a plain run, at equal golden paths. */
const calls = async (): Promise<void> => {
  const scene = await openScene(count);
  const shared = (): StackOptions => ({ coalesce: true, cache: memoryLog() });
  let base: { readonly calls: number; readonly prompts: number; readonly golden: string } | undefined;
  print('| | calls | fewer | per golden path | prompt characters, fewer | longest chain |');
  print('|---|---|---|---|---|---|');
  for (const [name, options, layers] of [
    ['plain: one call per sample', {}, {}],
    ['siblings in one request, sharing and cache', {}, shared()],
    ['and eager, 4 leaves at once', { eager: true, wave: 4 }, shared()],
    ['and eager, 2 leaves at once', { eager: true, wave: 2 }, shared()],
    ['and eager, 1 leaf at once', { eager: true, wave: 1 }, shared()],
  ] as const) {
    const { trees, model, chain } = await searchInLockstep(scene, { ...search, ...options }, layers);
    const { agent, user, promptCharacters: prompts } = model.counts;
    const golden = JSON.stringify(trees.map(({ reward, collapses }) => [reward, collapses]));
    base ??= { calls: agent + user, prompts, golden };
    if (golden !== base.golden) throw new Error(`${name}: other golden paths`);
    const paths = trees.reduce((sum, { collapses }) => sum + collapses.length, 0);
    const fewer = (part: number, whole: number): string => `${(100 * (1 - part / whole)).toFixed(1)} %`;
    print(
      `| ${name} | ${agent + user} | ${fewer(agent + user, base.calls)} | ${((agent + user) / paths).toFixed(1)} | ` +
        `${fewer(prompts, base.prompts)} | ${chain} |`,
    );
  }
};

/** Nothing may be lost, and nothing that went wrong on the way may be held against the agent. */
const faults = async (): Promise<void> => {
  const scene = await openScene(count);
  const server = await startEndpoint(count, { latencyMs, faults: everyFault(0.05) });
  await inProject(async (project, run) => {
    const limits = { parallel: count, sampleSeeds: true, timeoutSeconds: 1, retrySeconds: 0.1 };
    const backing = await openBacking(project.store, run, limits, 'default');
    const began = performance.now();
    const cast = castOf(`${server.baseUrl}#scripted`, 'default');
    const { trees } = await play({ ...project, backing }, scene, run, STAGE, cast);
    const seconds = (performance.now() - began) / 1000;
    const { requests, faults: made } = await server.stats();
    await backing.close();
    const found = { lost: 0, faultyLines: 0, spoiledCalls: 0, negatives: 0, faultyNegatives: 0 };
    for await (const tree of storedTrees(project, { run, stage: STAGE })) {
      if (tree.fault !== undefined) found.lost++;
      const faulty = new Set(tree.nodes.filter(({ cause }) => isFault(cause)).map(({ path }) => path));
      found.faultyLines += faulty.size;
      found.spoiledCalls += JSON.stringify(tree).match(/no_such_tool|: nor"/g)?.length ?? 0;
      for (const example of harvest(tree, [], { minReward: 0 }).examples) {
        if (example.kind === 'sft' || (example.kind === 'kto' && example.label)) continue;
        found.negatives++;
        const path = example.kind === 'dpo' ? example.rejectedPath : example.source?.path;
        if (path === undefined || faulty.has(path)) found.faultyNegatives++;
      }
    }
    const listed = (counts: Readonly<Record<string, number>>) =>
      Object.entries(counts)
        .map(([name, times]) => `${name} ${times}`)
        .join(', ');
    print(
      `${trees} of ${count} trees in ${seconds.toFixed(1)} s, ${requests} requests, load ${loadavg()[0]!.toFixed(1)}`,
    );
    print(`made by the server: ${listed(made)}`);
    print(`told by us: ${listed(backing.counts())}`);
    print(`in the trees: ${listed(found)}`);
  });
  server.close();
};

await { wall, own, calls, faults }[line.args[0] as 'wall' | 'own' | 'calls' | 'faults']();
