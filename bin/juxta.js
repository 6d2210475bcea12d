#!/usr/bin/env node
// In the repository the sources run as they stand, under the Node that `npm ci` brings; an older one hands over to it.
// What is published is compiled, and runs under the Node at hand.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const pathOf = relative => fileURLToPath(new URL(relative, import.meta.url));
const sources = pathOf('../src/cli/main.ts');
const isRepository = existsSync(sources);
const own = pathOf('../node_modules/.bin/node');
const [major, minor] = process.versions.node.split('.').map(Number);
const isRecent = isRepository ? major >= 24 : major > 22 || (major === 22 && minor >= 13);

if (isRecent) {
  quietenWarnings();
  // Compiled sources are kept for the next start, which then takes half the time; worker threads read the variable.
  // Where the package lies may be read-only: Node then goes on without.
  process.env.NODE_COMPILE_CACHE ??= pathOf(isRepository ? '../node_modules/.cache/juxta' : '../.cache');
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  await import(isRepository ? sources : pathOf('../dist/cli/main.js'));
} else if (isRepository && existsSync(own)) {
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both processes of Ctrl-C; this one waits for the other to stop in its own time.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
} else {
  console.error(
    isRepository
      ? `juxta needs Node 24 or later here; this is ${process.version}. Run \`npm ci\` first: it brings one.`
      : `juxta needs Node 22.13 or later; this is ${process.version}.`,
  );
  process.exitCode = 1;
}

/** Node 22 warns of its SQLite and its TypeScript as of something new; that says nothing to whoever runs this command. */
function quietenWarnings() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!/^(SQLite|stripTypeScriptTypes) is an experimental feature/.test(String(warning)))
      emitWarning(warning, ...rest);
  };
}
