/** The scripted endpoint in a process of its own, so that its memory and CPU are not taken for ours. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { scriptedPolicy } from '../../src/models/testing/scripted-policy.ts';
import {
  type ScriptedServerOptions,
  type ServerStats,
  startScriptedServer,
} from '../../src/models/testing/scripted-server.ts';
import { openScene } from './scene.ts';

export interface EndpointProcess {
  readonly baseUrl: string;
  stats(): Promise<ServerStats>;
  close(): void;
}

/** @param tasks how many of the first tasks it plays */
export const startEndpoint = async (
  tasks: number,
  options: Pick<ScriptedServerOptions, 'latencyMs' | 'faults'>,
): Promise<EndpointProcess> => {
  const child = fork(import.meta.filename, [String(tasks), JSON.stringify(options)]);
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
  const [tasks, options] = process.argv.slice(2);
  const { policy } = await openScene(Number(tasks));
  const server = await startScriptedServer({ policy: scriptedPolicy(policy), ...JSON.parse(options!) });
  process.on('message', () => process.send!(server.stats()));
  process.send(server.baseUrl);
}
