/** For tests of the command line: executables that stand in for TRL and its Python. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Writes them into a folder. */
export const trlStandIns = (folder: string): { readonly trl: string; readonly python: string } => ({
  trl: executable(join(folder, 'trl'), 'stand-in'),
  python: executable(join(folder, 'python'), 'stand-in-python'),
});

const executable = (path: string, name: string): string => {
  const file = fileURLToPath(new URL(`../train/trl/testing/${name}.ts`, import.meta.url));
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
};
