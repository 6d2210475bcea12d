/** The scripted endpoint in a process of its own, so that its memory and CPU are not taken for ours. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { scriptedPolicy } from '../../src/models/testing/scripted-policy.ts';
import { type ServerStats, startScriptedServer } from '../../src/models/testing/scripted-server.ts';
import { openScene } from './scene.ts';

export interface EndpointProcess {
  readonly baseUrl: string;
  stats(): Promise<ServerStats>;
  close(): void;
}

/** @param tasks how many of the first tasks it plays */
export const startEndpoint = async (tasks: number, latencyMs: number): Promise<EndpointProcess> => {
  const child = fork(import.meta.filename, [String(tasks), String(latencyMs)]);
  const [baseUrl] = (await once(child, 'message')) as [string];
  return {
    baseUrl,
    stats: async () => {
      child.send('stats');
      const [stats] = (await once(child, 'message')) as [ServerStats];
      return stats;
    },
    close: () => {
      child.kill();
    },
  };
};

if (process.send && process.argv[1] === import.meta.filename) {
  const [tasks, latencyMs] = process.argv.slice(2).map(Number);
  const { policy } = await openScene(tasks!);
  const server = await startScriptedServer({ policy: scriptedPolicy(policy), latencyMs: latencyMs! });
  process.on('message', () => process.send!(server.stats()));
  process.send(server.baseUrl);
}
