// Builds the viewer's page (page/) unless it is up to date. Part of `npm ci`, so it must do no harm where there is nothing to
// build with: in an install without development dependencies.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../page/', import.meta.url));
const built = `${root}dist/index.html`;

const changed = path => statSync(path).mtimeMs;
const newestIn = folder =>
  Math.max(
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => !name.startsWith('dist'))
      .map(name => changed(`${folder}${name}`)),
  );
const isCurrent = () =>
  existsSync(built) && changed(built) >= Math.max(newestIn(root), changed(fileURLToPath(import.meta.url)));

/** Whole or not at all: others may be reading the page, or building it. */
const build = async ({ build }) => {
  const made = `${root}dist-${process.pid}`;
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { outDir: made, modulePreload: false, assetsInlineLimit: 0, target: 'es2023' },
  });
  rmSync(`${root}dist`, { recursive: true, force: true });
  renameSync(made, `${root}dist`);
};

if (existsSync(`${root}index.html`) && !isCurrent()) {
  const vite = await import('vite').catch(() => undefined);
  if (vite) await build(vite);
}
