/** The environments that Juxta comes with, one line each; anybody else's is a module that is named by its path. */
import { dirname } from 'node:path';
import { JuxtaError } from '../base/errors.ts';
import { userDefault } from '../base/user-module.ts';
import { firstIssue } from '../base/zod-issue.ts';
import type { EnvironmentDefinition } from './definition.ts';
import { hamlet } from './hamlet/definition.ts';
import { type EnvironmentSpec, titleOf } from './spec.ts';
import { tau2Airline, tau2Retail, tauAirline, tauRetail } from './tau-bench/definition.ts';
import { toolwoz } from './toolwoz/definition.ts';

export const builtIn: readonly EnvironmentDefinition[] = [
  hamlet,
  toolwoz,
  tauRetail,
  tauAirline,
  tau2Retail,
  tau2Airline,
];

export const environmentNames: readonly string[] = builtIn.map(({ name }) => name);

/** What is played if nobody names an environment. */
export const defaultEnvironment = hamlet.name;

/** @throws JuxtaError `unknown-environment` */
export const definitionNamed = (name: string): EnvironmentDefinition => {
  const definition = builtIn.find(one => one.name === name);
  if (definition) return definition;
  throw new JuxtaError('unknown-environment', `there is no environment called ${JSON.stringify(name)}`, {
    hint: `choose one of: ${environmentNames.join(', ')}; or name a module by its path`,
  });
};

/** Whether what names an environment is the path of a module. */
export const isModulePath = (name: string): boolean => /^[./~]|[/\\]|\.[cm]?[jt]s$/.test(name);

/** @throws JuxtaError `unknown-environment`, `bad-module` */
export const definitionOf = async (spec: EnvironmentSpec): Promise<EnvironmentDefinition> =>
  'name' in spec ? definitionNamed(spec.name) : load(spec.module);

const load = async (path: string): Promise<EnvironmentDefinition> => {
  const definition = await userDefault(path, {
    what: 'environment',
    example: 'export default defineEnvironment({ … })',
    isOne: isDefinition,
  });
  return definition.beside?.(dirname(path)) ?? definition;
};

const isDefinition = (value: unknown): value is EnvironmentDefinition => {
  const { name, options, purposes, user, scripts, open } = (value ?? {}) as Partial<EnvironmentDefinition>;
  return [
    typeof name === 'string',
    typeof options?.safeParse === 'function',
    typeof purposes === 'object',
    typeof user === 'object',
    Array.isArray(scripts),
    typeof open === 'function',
  ].every(Boolean);
};

/**
 * The options of a spec as its environment reads them.
 * @throws JuxtaError `bad-environment-option` naming the option
 */
export const optionsFor = ({ options: schema }: EnvironmentDefinition, spec: EnvironmentSpec): unknown => {
  const read = schema.safeParse(spec.options ?? {});
  if (read.success) return read.data;
  const { field, message } = firstIssue(read.error);
  throw new JuxtaError(
    'bad-environment-option',
    `options of ${titleOf(spec)}${field && `, ${field}`}: ${message}`,
    {
      hint: `it takes: ${Object.keys(schema.shape).join(', ') || 'none'}`,
    },
  );
};
