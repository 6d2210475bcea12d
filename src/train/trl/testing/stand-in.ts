/** Runs the real `runner.py` and `merge.py` on packages that stand in for TRL and its kin: see `python/`. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How the stand-in behaves, as JSON in the environment variable `STAND_IN`. */
export interface Behaviour {
  /** How long an update takes, in ms. */
  readonly stepMs?: number;
  /** Raises an exception, out of memory, before this update. */
  readonly failAt?: number;
  /** Kills itself before this update, leaving a part of a checkpoint. */
  readonly dieAt?: number;
  /** Goes on when it is asked to stop. */
  readonly stubborn?: boolean;
  /** Does not go on from a checkpoint. */
  readonly forgetful?: boolean;
  /** Makes no update, and ends well. */
  readonly idle?: boolean;
  /** A folder with the tokenizer that the model comes with (default: one that brings all through). */
  readonly tokenizer?: string;
  /** Ends well without having written a model. */
  readonly empty?: boolean;
}

const packages = fileURLToPath(new URL('./python', import.meta.url));

/** Writes a Python to a path, for `--python`, that finds the stand-ins. @returns the path */
export const standInPython = (path: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  // What the tests leave in the sources would be published with them.
  writeFileSync(path, `#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH='${packages}' exec python3 "$@"\n`);
  chmodSync(path, 0o755);
  return path;
};
