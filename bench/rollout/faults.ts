import { loadavg } from 'node:os';
import { isFault } from '../../src/dialogue/turn.ts';
import { harvest } from '../../src/harvest/harvest.ts';
import { everyFault } from '../../src/models/testing/scripted-server.ts';
import { openRunModels } from '../../src/rollout/run-models.ts';
import { storedTrees } from '../../src/runs/rollout.ts';
import { startEndpoint } from './endpoint.ts';
import { inProject, type Measured, play, print } from './play.ts';
import { castOf, openScene } from './scene.ts';
import { STAGE } from './search.ts';

/** Nothing may be lost, and nothing that went wrong on the way may be held against the agent. */
export const faults = async ({ tasks: count, latencyMs, search }: Measured): Promise<void> => {
  const scene = await openScene(count);
  const server = await startEndpoint(count, { latencyMs, faults: everyFault(0.05) });
  await inProject(async (project, run) => {
    const limits = { parallel: count, sampleSeeds: true, timeoutSeconds: 1, retrySeconds: 0.1 };
    const runModels = await openRunModels(project.store, run, limits, 'default');
    const began = performance.now();
    const cast = castOf(`${server.baseUrl}#scripted`, 'default');
    const { trees } = await play({ ...project, runModels }, scene, run, STAGE, search, cast);
    const seconds = (performance.now() - began) / 1000;
    const { requests, faults: made } = await server.stats();
    await runModels.close();
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
    print(`told by us: ${listed(runModels.counts())}`);
    print(`in the trees: ${listed(found)}`);
  });
  server.close();
};
