import { JuxtaError } from '../../base/errors.ts';
import type { Environment } from '../../models/provider/keys.ts';

/** @throws JuxtaError `missing-key` naming the variable */
export const required = (environment: Environment, name: string, service: string): string => {
  const value = environment[name];
  if (value) return value;
  throw new JuxtaError('missing-key', `${service} needs ${name}`, {
    hint: `Set ${name} in the environment or in a .env file in this folder.`,
  });
};
