import { loadavg } from 'node:os';
import { openRunModels } from '../../src/rollout/run-models.ts';
import type { RolloutSummary } from '../../src/runs/rollout.ts';
import { startEndpoint } from './endpoint.ts';
import { inProject, type Measured, play, print, stagesOf } from './play.ts';
import { castOf, openScene } from './scene.ts';
import { STAGE, searchInLockstep } from './search.ts';

/** Wall time over real HTTP, against the shortest that the chain of calls or the cap allows. */
export const wall = async ({ tasks: count, latencyMs, cap, search }: Measured): Promise<void> => {
  const scene = await openScene(count);
  const { chain } = await searchInLockstep(scene, search);
  const server = await startEndpoint(count, { latencyMs });
  await inProject(async (project, run) => {
    const parallel = cap === undefined ? { parallel: count } : { maxInFlight: cap };
    const limits = { ...parallel, sampleSeeds: true };
    const runModels = await openRunModels(project.store, run, limits, 'reference');
    const before = { cpu: process.threadCpuUsage(), load: loadavg()[0]! };
    const began = performance.now();
    const summaries = await Promise.all(
      stagesOf(scene, count, STAGE).map(({ stage, part }) =>
        play({ ...project, runModels }, part, run, stage, search, castOf(`${server.baseUrl}#scripted`)),
      ),
    );
    const took = performance.now() - began;
    const { user, system } = process.threadCpuUsage(before.cpu);
    const { requests, mostInFlight } = await server.stats();
    await runModels.close();
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

const averageOf = (summaries: readonly RolloutSummary[]): number =>
  summaries.reduce((sum, { averageReward, trees }) => sum + averageReward * trees, 0) /
  summaries.reduce((sum, { trees }) => sum + trees, 0);
