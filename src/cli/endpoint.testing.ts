/** For tests with models that are reached over a network: a scripted endpoint that plays agent and user on Hamlet. */
import { openHamlet } from '../environments/hamlet/hamlet.ts';
import { scriptedPolicy } from '../models/testing/scripted-policy.ts';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from '../models/testing/scripted-server.ts';

const TASKS = 4;

export interface Endpoint extends ScriptedServer {
  /** Options that let it play `tasks` tasks. */
  readonly options: readonly string[];
  /** Its name as a model. */
  readonly model: string;
}

/** Starts it; it is closed when the test is over. */
export const startEndpoint = async (
  t: { after(done: () => Promise<void>): void },
  options: Partial<ScriptedServerOptions> = {},
): Promise<Endpoint> => {
  const hamlet = openHamlet();
  const tasks = hamlet.tasks('train', { count: TASKS }).map(task => ({
    id: task.id,
    instructions: task.instructions,
    goals: hamlet.goals(task),
  }));
  const policy = scriptedPolicy({
    tasks,
    agentWords: 6,
    userWords: 6,
    afterUser: { rightCall: 0.15, partialSearch: 0.2 },
  });
  const server = await startScriptedServer({ policy, ...options });
  t.after(() => server.close());
  const model = `${server.baseUrl}#scripted`;
  const play = ['--model', model, '--user-model', model, '--tasks', String(TASKS), '--beam', '4'];
  return { ...server, model, options: [...play, '--sample-seeds'] };
};
