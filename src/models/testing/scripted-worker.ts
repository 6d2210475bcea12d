/** The scripted server in a thread of its own, so that a benchmark of ours does not share a core with it. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type ScriptedPolicyOptions, scriptedPolicy } from './scripted-policy.ts';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  type ServerStats,
  startScriptedServer,
} from './scripted-server.ts';

export type ScriptedWorkerOptions = Omit<ScriptedServerOptions, 'policy'> & {
  readonly policy: ScriptedPolicyOptions;
};

export interface ScriptedWorker {
  readonly baseUrl: string;
  stats(): Promise<ServerStats>;
  close(): Promise<void>;
}

/** @example const server = await startScriptedWorker({ policy: { tasks }, latencyMs: 200 }); */
export const startScriptedWorker = async (options: ScriptedWorkerOptions): Promise<ScriptedWorker> => {
  const worker = new Worker(new URL(import.meta.url), { workerData: { scriptedServer: options } });
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  const baseUrl = await next<string>();
  return {
    baseUrl,
    stats: () => {
      const answer = next<ServerStats>();
      worker.postMessage('stats');
      return answer;
    },
    close: async () => {
      await worker.terminate();
    },
  };
};

interface Started {
  readonly scriptedServer: ScriptedWorkerOptions;
}
const isStarted = (data: unknown): data is Started =>
  typeof data === 'object' && data !== null && 'scriptedServer' in data;

if (!isMainThread && isStarted(workerData)) {
  const { policy, ...options } = workerData.scriptedServer;
  const server: ScriptedServer = await startScriptedServer({ ...options, policy: scriptedPolicy(policy) });
  parentPort!.on('message', () => parentPort!.postMessage(server.stats()));
  parentPort!.postMessage(server.baseUrl);
}
