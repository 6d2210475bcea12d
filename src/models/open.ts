import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JuxtaError } from '../base/errors.ts';

/** The model that ships with Juxta: a clone of a fallible script, made by `npm run pretrain`. */
export const baseModel = 'embedded:base';
export const baseWeights = fileURLToPath(new URL('../../weights/base.safetensors', import.meta.url));

/**
 * The weights file that a model's name means: `embedded:base`, `embedded:RUN` (what a self-training run of the
 * project folder ended with), or a path.
 * @throws JuxtaError `unknown-model`
 */
export const resolveModel = async (name: string, projectFolder: string): Promise<string> => {
  const run = name.startsWith('embedded:') ? name.slice('embedded:'.length) : undefined;
  const path =
    run === undefined
      ? name
      : run === 'base'
        ? baseWeights
        : join(projectFolder, 'runs', run, 'model.safetensors');
  if (existsSync(path)) return path;
  throw new JuxtaError('unknown-model', `there is no model ${JSON.stringify(name)} (looked for ${path})`, {
    hint: 'use embedded:base, embedded:RUN with a finished run (`juxta runs` lists them), or the path of a weights file',
  });
};
