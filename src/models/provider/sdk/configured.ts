/** Model objects of the user's own, by the names that `juxta.config.ts` gives them. */
import { BadInputError } from '../../../base/errors.ts';

/** A language model of the AI SDK, of any version that can be asked. */
export interface SdkModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: never): PromiseLike<unknown>;
}

const models = new Map<string, SdkModel>();

/**
 * Makes models known by name in this process.
 *
 * @example configureModels({ mine: createGroq({ apiKey })('llama-3.3-70b-versatile') }, 'juxta.config.ts')
 * @throws BadInputError naming file and field
 */
export const configureModels = (given: unknown, file: string): void => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new BadInputError(`${file}, field models`, 'it should be an object: names and their models');
  for (const [name, model] of Object.entries(given)) {
    if (!/^[\w.-]+$/.test(name))
      throw new BadInputError(`${file}, field models`, `${JSON.stringify(name)} cannot name a model`, {
        hint: 'use letters, digits, dots, hyphens and underscores',
      });
    if (!isSdkModel(model))
      throw new BadInputError(`${file}, field models.${name}`, 'it is not a language model of the AI SDK', {
        hint: "give what a provider makes, for example createGroq()('llama-3.3-70b-versatile')",
      });
    models.set(name, model);
  }
};

export const configuredModel = (name: string): SdkModel | undefined => models.get(name);

export const isSdkModel = (value: unknown): value is SdkModel =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  'doGenerate' in value &&
  typeof value.doGenerate === 'function' &&
  'specificationVersion' in value &&
  ['v2', 'v3', 'v4'].includes(String(value.specificationVersion));
