/** Whether the module of an environment is still the one that a run was begun with. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { JuxtaError } from '../../base/errors.ts';
import type { EnvironmentSpec } from '../../environments/spec.ts';

/** SHA-256 of the module's content, in hexadecimal; undefined for what is no file: a built-in environment, a package. */
export const moduleHash = (spec: EnvironmentSpec | undefined): string | undefined => {
  if (!spec || !('module' in spec)) return undefined;
  try {
    return createHash('sha256').update(readFileSync(spec.module)).digest('hex');
  } catch {
    return undefined;
  }
};

/**
 * @param stored what `moduleHash` gave when the run was begun
 * @throws JuxtaError `changed-environment` if it gives something else now
 */
export const checkModuleHash = (spec: EnvironmentSpec | undefined, stored: string | undefined): void => {
  if (stored === undefined || !spec || moduleHash(spec) === stored) return;
  const title = 'module' in spec ? spec.module : spec.name;
  throw new JuxtaError('changed-environment', `${title} has changed since the run was begun`, {
    hint: 'what was played stays as it is; go on with the new one: --changed-environment',
  });
};
