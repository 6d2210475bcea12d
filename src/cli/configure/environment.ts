/** Which environment is played, and with which of its options. */
import { resolve } from 'node:path';
import type { ZodType } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import { defaultEnvironment, definitionOf, isModulePath } from '../../environments/registry.ts';
import { type EnvironmentSpec, titleOf } from '../../environments/spec.ts';
import { type Call, givenIn } from '../commands/command.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { dashed, optionOf, readOption } from '../options/option.ts';

/**
 * @throws JuxtaError `unknown-environment`, or `bad-option` for an option that the environment does not take: it was meant
 *   for another
 */
export const environmentOf = async ({
  environment,
  environmentOptions,
}: EnvironmentOptions): Promise<EnvironmentSpec> => {
  const place = isModulePath(environment) ? { module: resolve(environment) } : { name: environment };
  const { shape } = (await definitionOf(place)).options;
  const given = Object.entries(environmentOptions).filter(([, value]) => value !== undefined);
  const options = given.map(([name, value]) => {
    if (name in shape) return [name, read(name, shape[name] as ZodType, value)] as const;
    throw new JuxtaError('bad-option', `--${dashed(name)} means nothing to the environment ${environment}`, {
      hint: 'name the environment with --environment, or leave the option out',
    });
  });
  return options.length === 0 ? place : { ...place, options: Object.fromEntries(options) };
};

/**
 * The environment that a command's argument names, or its option, or the configuration file.
 * @throws JuxtaError `no-environment`
 */
export const environmentTitle = (
  { environment }: Pick<EnvironmentOptions, 'environment'>,
  { arguments: [named], given }: Pick<Call, 'arguments' | 'given'>,
): string => {
  if (named !== undefined) return named;
  if (environment !== defaultEnvironment || givenIn({ given })('environment')) return environment;
  throw new JuxtaError('no-environment', 'no environment is named', {
    hint: 'name its module: ./returns.ts; or in juxta.config.ts: environment: "./returns.ts"',
  });
};

/** By the environment's own schema, which may differ from that of another with an option of the same name. */
const read = (name: string, schema: ZodType, value: unknown): unknown => {
  const option = optionOf(name, schema);
  const result = readOption(option, value);
  if ('problem' in result)
    throw new JuxtaError('bad-option', `${option.flag} ${JSON.stringify(value)}: ${result.problem}`);
  return typeof result.value === 'string' && isPlace(option.placeholder)
    ? resolve(result.value)
    : result.value;
};

/** Files are looked for from where the command was called, and found again from anywhere. */
const isPlace = (placeholder: string): boolean => ['path', 'file', 'folder'].includes(placeholder);

/** The options that name an environment, the standard one left out; begins with a blank. */
export const environmentFlags = (spec: EnvironmentSpec): string =>
  [
    ...(titleOf(spec) === defaultEnvironment ? [] : ['--environment', titleOf(spec)]),
    ...Object.entries(spec.options ?? {}).flatMap(([name, value]) => [`--${dashed(name)}`, String(value)]),
  ]
    .map(word => ` ${word}`)
    .join('');
