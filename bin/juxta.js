#!/usr/bin/env node
// The sources are TypeScript that Node 24 runs as it stands. `npm ci` brings that Node; an older one hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const [major] = process.versions.node.split('.').map(Number);

if (major >= 24) await import(main);
else if (existsSync(own)) {
  const child = spawn(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both processes of Ctrl-C; this one waits for the other to stop in its own time.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
} else {
  console.error(
    `juxta needs Node 24 or later; this is ${process.version}. Run \`npm ci\` first: it brings one.`,
  );
  process.exitCode = 1;
}
