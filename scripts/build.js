// Compiles the sources to dist/, which is what is published: Node strips no types under node_modules.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = `${root}src`;
const dist = `${root}dist`;

rmSync(dist, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/tsc`, ['--project', `${root}tsconfig.build.json`], {
  stdio: 'inherit',
});

// The compiler leaves behind what modules read from beside themselves.
const isTesting = path => /\/(testing|fixtures)(\/|$)/.test(path);
const isAsset = path => /\.(json|py)$/.test(path);
const isFolder = path => !/\.[a-z]+$/.test(path);
cpSync(src, dist, { recursive: true, filter: path => !isTesting(path) && (isFolder(path) || isAsset(path)) });
