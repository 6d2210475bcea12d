// Runs the tests: all of them, or the files whose paths hold one of the words given (`npm run unit -- search store`).
// Node's own command leaves one core idle, which on two cores is half of them, and compiles every source anew in each process.
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
/** Those that start whole commands take longest: begun last, they would leave the other cores idle. */
const isLong = file => file.startsWith('src/cli/') || file === 'src/package.test.ts';
const found = globSync('src/**/*.test.{ts,tsx}', { cwd: root })
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
  .sort();
const files = [...found.filter(isLong), ...found.filter(file => !isLong(file))].map(file => `${root}${file}`);

if (files.length === 0) {
  console.error(`No test file has ${words.map(word => `"${word}"`).join(' or ')} in its path.`);
  process.exitCode = 1;
} else {
  process.env.NODE_COMPILE_CACHE ??= `${root}node_modules/.cache/juxta`;
  const tests = run({ files, concurrency: availableParallelism() });
  tests.on('test:fail', ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1;
  });
  tests.compose(spec()).pipe(process.stdout);
}
