/**
 * Forks of the retail database, each followed by one write: the overlay of deltas beside deep copies; and forks of the returns
 * desk of `examples/`, whose state is drafted.
 *
 *     node --expose-gc bench/tau-forks.ts [forks]
 */

import { fileURLToPath } from 'node:url';
import { toolCall } from '../src/dialogue/message.ts';
import { openEnvironment } from '../src/environments/open.ts';
import { pristine, recordOf, withRecord } from '../src/environments/tau-bench/database.ts';
import { tauEnvironment } from '../src/environments/tau-bench/environment.ts';
import { loadTau } from '../src/environments/tau-bench/open.ts';
import { withEntry } from '../src/environments/tau-bench/values/value.ts';
import { commandLine } from './command-line.ts';
import { whole } from './numbers.ts';

const [forks] = commandLine(import.meta.filename)
  .argument('[forks]', 'how many', whole(1), 10_000)
  .parse().processedArgs as [number];
const collect = globalThis.gc ?? (() => undefined);

const domain = loadTau('retail');
const environment = tauEnvironment(domain);
const [task] = environment.tasks('test');
const orderIds = [...domain.base.get('orders')!]
  .filter(([, order]) => order.get('status') === 'pending')
  .map(([id]) => id);
const calls = orderIds.map(id =>
  toolCall('c', 'cancel_pending_order', JSON.stringify({ order_id: id, reason: 'no longer needed' })),
);

/** Keeps what `fork` makes, so that memory can be measured. */
const measure = async (name: string, count: number, fork: (i: number) => unknown): Promise<void> => {
  collect();
  const before = process.memoryUsage();
  const kept: unknown[] = [];
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    const made = fork(i);
    kept.push(made instanceof Promise ? await made : made);
  }
  const elapsed = performance.now() - started;
  collect();
  const after = process.memoryUsage();
  const megabytes = (after.heapUsed + after.external - before.heapUsed - before.external) / 1e6;
  console.log(
    `${name.padEnd(36)} ${String(kept.length).padStart(6)} forks  ${elapsed.toFixed(1).padStart(9)} ms` +
      `  ${((1000 * elapsed) / count).toFixed(1).padStart(9)} µs each  ${megabytes.toFixed(1).padStart(8)} MB kept` +
      `  ${((1e6 * megabytes) / count / 1000).toFixed(2).padStart(8)} kB each`,
  );
};

const base = pristine(domain.base);
const start = environment.start(task!);
const write = (i: number) => {
  const id = orderIds[i % orderIds.length]!;
  return withRecord(base, 'orders', id, withEntry(recordOf(base, 'orders', id)!, 'status', 'cancelled'));
};
const toolWrite = async (i: number) => (await environment.call(task!, start, calls[i % calls.length]!)).state;

const copied = Object.fromEntries([...domain.base]);
const deepCopy = (i: number) => {
  const copy = structuredClone(copied);
  const orders = copy.orders as Map<string, Map<string, unknown>>;
  orders.get(orderIds[i % orderIds.length]!)!.set('status', 'cancelled');
  return copy;
};

console.log(`retail: ${[...domain.base].map(([name, table]) => `${table.size} ${name}`).join(', ')}`);
await measure('overlay, first run', forks, write);
await measure('overlay', forks, write);
await measure('overlay, a whole tool call', forks, toolWrite);
await measure('deep copy (structuredClone)', 20, deepCopy);

const module = fileURLToPath(new URL('../examples/returns-desk/returns.ts', import.meta.url));
const desk = await openEnvironment({ module });
const [order] = desk.tasks('test');
const opened = desk.start(order!);
const refund = (i: number) =>
  toolCall('c', 'refund', JSON.stringify({ order_id: `W${1 + (i % 3)}`, reason: 'late' }));
for (const run of ['first run', 'again'])
  await measure(
    `returns desk, a whole tool call, ${run}`,
    forks,
    async i => (await desk.call(order!, opened, refund(i))).state,
  );
