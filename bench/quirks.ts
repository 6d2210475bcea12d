/**
 * What quirks of endpoints cost: the time that whole trees take with each, beside an endpoint without any.
 *
 *     node bench/quirks.ts                                   each quirk, best of three
 *     node bench/quirks.ts --tasks 8 --times 5
 *
 * Exits with 1 if a quirk takes more than twice the plain time. Those that end lines or runs early are told for what
 * they are: less was done.
 */
import { Option } from 'commander';
import { conductQuirks, type Quirk, quirks, textCallQuirks } from '../src/models/testing/quirks.ts';
import { played, startQuirkServer } from '../src/runs/quirks.testing.ts';
import { commandLine } from './command-line.ts';
import { whole } from './numbers.ts';

interface Options {
  readonly tasks: number;
  readonly times: number;
}
const { tasks, times } = commandLine(import.meta.filename)
  .addOption(new Option('--tasks <n>', 'trees of each').default(4).argParser(whole(1)))
  .addOption(new Option('--times <n>', 'the best of so many counts').default(3).argParser(whole(1)))
  .parse()
  .opts<Options>();

/** @returns ms, and how many trees were done */
const timed = async (quirk: Quirk, toolCalls: 'native' | 'text'): Promise<readonly [number, number]> => {
  let best = Number.POSITIVE_INFINITY;
  let done = 0;
  for (let time = 0; time < times; time++) {
    const server = await startQuirkServer(quirk);
    const began = performance.now();
    const { trees } = await played(server.model, tasks, toolCalls);
    best = Math.min(best, performance.now() - began);
    done = trees.length;
    await server.close();
  }
  return [best, done];
};

const plain = quirks[0]!;
await timed(plain, 'native');
const [plainMs] = await timed(plain, 'native');
const tell = (name: string, ms: number, done: number): void => {
  console.log(
    `${(ms / plainMs).toFixed(2).padStart(5)} ×  ${ms.toFixed(0).padStart(6)} ms  ${done}/${tasks}  ${name}`,
  );
  if (ms > 2 * plainMs && !name.startsWith('replies cut off')) process.exitCode = 1;
};
tell('plain', plainMs, tasks);
for (const quirk of [...quirks.slice(1), ...textCallQuirks, ...conductQuirks])
  tell(quirk.name, ...(await timed(quirk, 'native')));
for (const quirk of textCallQuirks) tell(`${quirk.name}, --tool-calls text`, ...(await timed(quirk, 'text')));
