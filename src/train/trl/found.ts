import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { JuxtaError } from '../../base/errors.ts';
import type { Launcher } from './launcher.ts';

/** Says before anything is started whether its program is there. @throws JuxtaError `cannot-start` */
export const checkLauncher = ([program = 'python']: Launcher): void => {
  if (!isFound(program)) throw cannotStart(program, 'there is no such program');
};

export const cannotStart = (program: string, why: string, cause?: unknown): JuxtaError =>
  new JuxtaError('cannot-start', `cannot start ${program}: ${why}`, {
    ...(cause !== undefined && { cause }),
    hint:
      program === 'uvx'
        ? 'Install uv (https://docs.astral.sh/uv), or name a Python that has TRL: --python PATH.'
        : 'Check the path: --python names the Python of an environment with TRL.',
  });

/** As the operating system would look for it. */
const isFound = (program: string): boolean => {
  const folders = /[/\\]/.test(program) ? [''] : (process.env.PATH ?? '').split(delimiter);
  const endings = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  return folders.some(folder => endings.some(ending => isExecutable(join(folder, program + ending))));
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
