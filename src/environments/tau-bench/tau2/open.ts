/** Opens τ²-bench's corrected retail and airline tasks. */
import { blobIdOf } from '../../../datasets/blob.ts';
import type { Layout } from '../../../datasets/layout.ts';
import type { Base } from '../database.ts';
import type { TauDomain } from '../domain.ts';
import { type TauEnvironment, tau2Pace, tauEnvironment } from '../environment.ts';
import { openFiles, tableOf, tablesIn, textIn, valueIn } from '../files.ts';
import type { TauDomainName, TauOptions } from '../open.ts';
import type { TauTask } from '../task.ts';
import { bindToMethod } from '../tools/tool.ts';
import * as expect from '../values/expect.ts';
import { tau2AirlineTools } from './airline.ts';
import { airlineDescriptions } from './airline-schemas.ts';
import { tau2Bench } from './data-set.ts';
import { tau2RetailTools } from './retail.ts';
import { retailDescriptions } from './retail-schemas.ts';
import { schemasFor } from './schema.ts';
import { shaped } from './shape.ts';
import { readSplits, readTau2Tasks } from './tasks.ts';

export interface Tau2Options extends Pick<TauOptions, 'data'> {
  /** Where the first version's files are, whose airline database stands in if τ²-bench's own was not fetched. */
  readonly firstVersion?: string;
}

const parts = {
  retail: {
    tools: tau2RetailTools,
    descriptions: retailDescriptions,
    tables: ['orders', 'products', 'users'],
    className: 'RetailTools',
  },
  airline: {
    tools: tau2AirlineTools,
    descriptions: airlineDescriptions,
    tables: ['flights', 'reservations', 'users'],
    className: 'AirlineTools',
  },
} as const;

const manner = `You are a customer service agent and help the user according to the policy below. In each turn you either write to the user or call a tool, never both. Follow the policy always, and write valid JSON only in calls.

`;

interface Tables {
  readonly base: Base;
  readonly remarks: readonly string[];
}

/** What is said of tasks of another release: they are played all the same. */
const releaseOf = (name: TauDomainName, files: Layout): readonly string[] => {
  const target = `${name}/tasks.json`;
  const pinned = tau2Bench.files.find(file => file.target === target)?.blob;
  return pinned === blobIdOf(textIn(files, target))
    ? []
    : [
        `${target} is not that of release ${tau2Bench.release}, whose tools, prompts and checks these are: compare with no published number`,
      ];
};

const tablesOf = (name: TauDomainName, files: Layout, firstVersion: string | undefined): Tables => {
  const { tables } = parts[name];
  if (!files.find(`${name}/db.json`)) {
    return {
      base: tablesIn(openFiles('tau-bench', firstVersion), name, tables),
      remarks: [`${name}/db.json was not fetched: the first version's database stands in for it`],
    };
  }
  const { value, where } = valueIn(files, `${name}/db.json`);
  const database = expect.object(value, where);
  const named = tables.map((table): [string, ReturnType<typeof tableOf>] => [
    table,
    tableOf(database.get(table), `${where}, ${table}`),
  ]);
  return { base: new Map(named), remarks: [] };
};

/** What results can be compared with, and what they leave unchecked. */
const remarksOn = (tasks: readonly TauTask[]): readonly string[] => {
  const judged = tasks.filter(task => task.assertions.length > 0).length;
  const incomplete = `database only: the rewards of ${judged} of ${tasks.length} tasks also need natural-language assertions to hold, which only a judge model can check (--judge)`;
  return [
    ...(judged > 0 ? [incomplete] : []),
    'compare with text results of τ³-bench (releases 1.0 and 1.0.1 of τ²-bench), not with τ-bench v1 or release 2.0: tasks, tools and texts differ',
  ];
};

/** Reads a domain's files. `data` is a folder or zip with `retail/` and `airline/` in it. */
export const loadTau2 = (name: TauDomainName, { data, firstVersion }: Tau2Options = {}): TauDomain => {
  const { tools, descriptions, className } = parts[name];
  const files = openFiles('tau2-bench', data);
  const byName = new Map(tools.map(tool => [tool.name, tool]));
  const prefix = `tau2-${name}`;
  const tasks = readTau2Tasks(
    valueIn(files, `${name}/tasks.json`),
    prefix,
    tool => byName.get(tool)?.mutating ?? false,
  );
  const { base, remarks } = tablesOf(name, files, firstVersion);
  return {
    name: prefix,
    policy: manner + textIn(files, `${name}/policy.md`),
    base: shaped(base),
    tools: byName,
    schemas: schemasFor(tools, descriptions),
    bind: bindToMethod(className),
    unknownTool: tool => `Error: Tool '${tool}' not found.`,
    splits: readSplits(valueIn(files, `${name}/split_tasks.json`), prefix, tasks),
    pace: tau2Pace,
    remarks: [...remarks, ...releaseOf(name, files), ...remarksOn([...tasks.values()])],
    truths: new WeakMap(),
  };
};

/**
 * τ²-bench's retail or airline as an environment: the first version's worlds with corrected tasks, other texts and stricter
 * tools. Its reward is that of the database and of what was communicated; a task's `assertions` are for a judge.
 * @throws JuxtaError `no-data` if there is none where it is looked for, BadInputError that names the file and place of what is missing or not as published
 * @example const environment = await openTau2('retail');
 */
export const openTau2 = async (name: TauDomainName, options: Tau2Options = {}): Promise<TauEnvironment> =>
  tauEnvironment(loadTau2(name, options));
