/** `--environment`, and the options that the environments themselves declare. */
import { z } from 'zod';
import type { EnvironmentDefinition } from '../../environments/definition.ts';
import { builtIn, defaultEnvironment, environmentNames } from '../../environments/registry.ts';
import { type OptionGroup, optionGroup } from './group.ts';

const title = 'Environment';

const environment = z
  .string()
  .default(defaultEnvironment)
  .meta({ value: 'name', description: `one of: ${environmentNames.join(', ')}; or the path of a module` });

export interface EnvironmentOptions {
  readonly environment: string;
  /** What was given of the options that environments declare. */
  readonly environmentOptions: Readonly<Record<string, unknown>>;
}

/** The options of all environments by name, each with those that take it. */
export const environmentSchemas = (
  definitions: readonly EnvironmentDefinition[] = builtIn,
): ReadonlyMap<string, { readonly schema: z.ZodType; readonly of: readonly string[] }> => {
  const found = new Map<string, { schema: z.ZodType; of: string[] }>();
  for (const { name, options } of definitions)
    for (const [option, schema] of Object.entries(options.shape)) {
      const known = found.get(option);
      if (known) known.of.push(name);
      else found.set(option, { schema: schema as z.ZodType, of: [name] });
    }
  return found;
};

/**
 * The built-in environments' options, and those of a module that the command line names. An option that several
 * environments take means the same in all of them; each checks it by its own schema once it is known which is played.
 * @param taken names that are the command's own
 */
export const environmentOptions = (taken: ReadonlySet<string>, own?: EnvironmentDefinition): OptionGroup => {
  const schemas = environmentSchemas(own ? [own, ...builtIn] : builtIn);
  const shape = [...schemas]
    .filter(([name]) => !taken.has(name))
    .map(([name, { schema, of }]) => [
      name,
      schema.describe(`${of.join(', ')}: ${schema.description ?? name}`),
    ]);
  return optionGroup(title, { environment, ...Object.fromEntries(shape) });
};
