/** A program for tests: plays in processes of a till, says which, and then waits, or exits without taking leave. */
import { fileURLToPath } from 'node:url';
import { toolCall } from '../../dialogue/message.ts';
import { called } from '../define/goals.ts';
import { mcpEnvironment } from './environment.ts';

const script = fileURLToPath(new URL('./till-server.testing.ts', import.meta.url));

const pidOf = async (trouble: string): Promise<number> => {
  const environment = await mcpEnvironment({
    name: 'till',
    systemPrompt: 'You add.',
    tasks: [{ id: 'a', split: 'train', instructions: 'x', goals: [called('add')] }],
    server: { command: process.execPath, args: [script], env: { TROUBLE: trouble } },
  }).open({});
  const [task] = environment.tasks('train');
  const { record } = await environment.call(task!, environment.start(task!), toolCall('c', 'where', '{}'));
  return (JSON.parse(record.output) as [pid: number])[0];
};

const pids = await Promise.all(['none', 'stubborn'].map(pidOf));
console.log(JSON.stringify(pids));
if (process.argv.includes('--exit')) process.exit(0);
setInterval(() => undefined, 1000);
