#!/usr/bin/env node
// The sources are TypeScript that Node 24 runs as it stands. `npm ci` brings that Node; an older one hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const pathOf = relative => fileURLToPath(new URL(relative, import.meta.url));
const main = pathOf('../src/cli/main.ts');
const own = pathOf('../node_modules/.bin/node');
const [major] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  // Compiled sources are kept for the next start, which then takes half the time; worker threads read the variable.
  process.env.NODE_COMPILE_CACHE ??= pathOf('../node_modules/.cache/juxta');
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  await import(main);
} else if (existsSync(own)) {
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
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
