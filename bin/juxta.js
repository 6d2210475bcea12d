#!/usr/bin/env node
// The sources are TypeScript that Node 24 runs as it stands. `npm ci` brings that Node; an older one hands over to it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const [major] = process.versions.node.split('.').map(Number);

if (major >= 24) await import(main);
else if (existsSync(own)) {
  const { status, signal } = spawnSync(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1);
} else {
  console.error(
    `juxta needs Node 24 or later; this is ${process.version}. Run \`npm ci\` first: it brings one.`,
  );
  process.exitCode = 1;
}
