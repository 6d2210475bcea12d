import { loadavg } from 'node:os';
import { createBudget } from '../../src/models/layers/budget.ts';
import { createScheduler } from '../../src/models/layers/scheduler.ts';
import { stack } from '../../src/models/layers/stack.ts';
import { cacheLog, runLog } from '../../src/models/layers/store-logs.ts';
import { openLedger } from '../../src/rollout/ledger.ts';
import type { RunModels } from '../../src/rollout/run-models.ts';
import { storedTrees } from '../../src/runs/rollout.ts';
import { inProject, type Measured, play, print, stagesOf } from './play.ts';
import { castOf, inProcessModel, openScene } from './scene.ts';

/** Our own CPU: everything but HTTP, SDK and the policy; with the store. */
export const own = async ({ tasks: count, search }: Measured): Promise<void> => {
  const scene = await openScene(count);
  await inProject(async (project, run) => {
    const provider = inProcessModel(scene, async () => undefined);
    const { store } = project;
    const ledger = await openLedger(store, run);
    const model = stack(provider, {
      coalesce: true,
      budget: ledger.keep(createBudget({}, ledger.already)),
      retry: {},
      scheduler: createScheduler(),
      record: runLog(store, run),
      cache: cacheLog(store),
    });
    const runModels: RunModels = { ...idle, open: () => model };
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
        await play({ ...project, runModels }, part, run, stage, search, castOf(provider.id));
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

const idle: Omit<RunModels, 'open'> = {
  userFault: () => undefined,
  asked: () => undefined,
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
