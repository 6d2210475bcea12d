/** An environment as plain data, to be stored with a run or sent to a worker thread. */
import { z } from 'zod';
import { JuxtaError } from '../base/errors.ts';

/** A built-in environment by its name, or the path of a module whose default export is a definition. */
export type EnvironmentSpec =
  | { readonly name: string; readonly options?: EnvironmentOptions }
  | { readonly module: string; readonly options?: EnvironmentOptions };

/** As the definition's schema has them. */
export type EnvironmentOptions = Readonly<Record<string, unknown>>;

const options = z.record(z.string(), z.unknown()).optional();
const present = z.union([
  z.strictObject({ name: z.string(), options }),
  z.strictObject({ module: z.string(), options }),
]);

/** Until 0.1 the options stood beside the name, and every environment was given rules, used or not. */
const before = z
  .strictObject({
    name: z.string(),
    data: z.string().optional(),
    rules: z.literal(['reference', 'corrected']).optional(),
    seed: z.number().optional(),
    level: z.number().optional(),
    leftOut: z.string().optional(),
  })
  .transform(({ name, rules, ...more }): EnvironmentSpec => {
    const given = { ...more, ...(rules === 'corrected' && { rules }) };
    return Object.keys(given).length === 0 ? { name } : { name, options: given };
  });

/**
 * Reads what a run was stored with, today or by an earlier version.
 * @throws JuxtaError `unknown-environment` if it is neither
 */
export const readEnvironmentSpec = (value: unknown): EnvironmentSpec => {
  const read = z.union([present, before]).safeParse(value);
  if (read.success) return read.data as EnvironmentSpec;
  throw new JuxtaError(
    'unknown-environment',
    `${JSON.stringify(value)} names no environment that this version can read`,
    { hint: 'it may be from another version of juxta: begin the run anew' },
  );
};

/** For messages: the name, or the module's path. */
export const titleOf = (spec: EnvironmentSpec): string => ('name' in spec ? spec.name : spec.module);
