/** `juxta check`: looks at an environment as a careful colleague would, before anybody pays for playing in it. */
import { JuxtaError, messageOf } from '../../base/errors.ts';
import type { EnvironmentDefinition } from '../definition.ts';
import type { Environment, Task } from '../environment.ts';
import { definitionOf, optionsFor } from '../registry.ts';
import type { EnvironmentSpec } from '../spec.ts';
import type { Finding } from './finding.ts';
import { checkForks } from './forks.ts';
import { checkNamedCalls, checkSplits, checkTools, checkUntouched } from './goals.ts';
import { checkSchemas } from './schemas.ts';

export type { Finding } from './finding.ts';

export interface Check {
  readonly environment: string;
  readonly tools: number;
  /** By split. */
  readonly tasks: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** Most tasks of a split that are played; a generated split has no end. */
const MOST_TASKS = 100;

/**
 * Opens an environment, reads its tasks, and makes the calls that their goals name.
 * @returns all that was found, errors first. What cannot be loaded or read is a finding, too.
 */
export const checkEnvironment = async (spec: EnvironmentSpec): Promise<Check> => {
  const title = 'name' in spec ? spec.name : spec.module;
  let definition: EnvironmentDefinition;
  let environment: Environment;
  try {
    definition = await definitionOf(spec);
    environment = await definition.open(optionsFor(definition, spec));
  } catch (thrown) {
    return { environment: title, tools: 0, tasks: {}, findings: [unopened(title, thrown)] };
  }
  try {
    return await checkOpen(definition, environment);
  } finally {
    await environment.dispose?.();
  }
};

const unopened = (title: string, thrown: unknown): Finding => {
  const { code, hint } = thrown instanceof JuxtaError ? thrown : { code: 'bad-module', hint: undefined };
  return {
    severity: 'error',
    code,
    where: title,
    message: messageOf(thrown),
    ...(hint !== undefined && { hint }),
  };
};

const checkOpen = async (
  { name, purposes, generated }: EnvironmentDefinition,
  environment: Environment,
): Promise<Check> => {
  const range = generated ? { count: MOST_TASKS } : {};
  const bySplit = new Map(environment.splits.map(split => [split, environment.tasks(split, range)]));
  const tasksOf = (split: string): readonly Task[] => bySplit.get(split) ?? [];
  const all = [...bySplit.values()].flat();
  const findings = [
    ...checkSchemas(environment.tools),
    ...checkSplits(environment, purposes, tasksOf),
    ...checkTools(environment, all),
  ];
  for (const tasks of bySplit.values())
    for (const task of tasks.slice(0, MOST_TASKS)) findings.push(...(await checkTask(environment, task)));
  return {
    environment: name,
    tools: environment.tools.length,
    tasks: Object.fromEntries([...bySplit].map(([split, tasks]) => [split, tasks.length])),
    findings: once(findings).sort((a, b) => rank(a) - rank(b)),
  };
};

const checkTask = async (environment: Environment, task: Task): Promise<readonly Finding[]> => {
  try {
    return [
      ...checkUntouched(environment, task),
      ...(await checkNamedCalls(environment, task)),
      ...(await checkForks(environment, task)),
    ];
  } catch (thrown) {
    const message = `it cannot be played: ${messageOf(thrown)}`;
    return [{ severity: 'error', code: 'environment-fault', where: `task ${task.id}`, message }];
  }
};

/** Of what many tasks show of one tool, the first. */
const once = (findings: readonly Finding[]): Finding[] => {
  const seen = new Set<string>();
  return findings.filter(({ code, where }) => {
    const key = `${code} ${where}`;
    return !seen.has(key) && seen.add(key);
  });
};

const severities: readonly Finding['severity'][] = ['error', 'warning', 'note'];
const rank = ({ severity }: Finding): number => severities.indexOf(severity);
