/** Opens the first version's domains from their files. */
import { BadInputError } from '../../base/errors.ts';
import type { Json } from '../../dialogue/json.ts';
import type { Tool } from '../environment.ts';
import { airlineTools } from './airline/tools.ts';
import type { RewardRule, TauDomain } from './domain.ts';
import { type TauEnvironment, tauEnvironment } from './environment.ts';
import { openFiles, tablesIn, textIn, valueIn } from './files.ts';
import { retailTools } from './retail/tools.ts';
import { readTasks, type TauTask } from './task.ts';
import { bindToClass, type TauTool } from './tools/tool.ts';
import * as expect from './values/expect.ts';
import { toJson } from './values/json.ts';

export type TauDomainName = 'retail' | 'airline';

export interface TauOptions {
  /** A folder or zip with the benchmark's files; by default what `juxta data pull tau-bench` fetched. */
  readonly data?: string;
  /** Default: that of the release which the data are from. */
  readonly rewardRule?: RewardRule;
}

const parts = {
  retail: { tools: retailTools, tables: ['orders', 'products', 'users'], splits: ['test', 'train', 'dev'] },
  airline: { tools: airlineTools, tables: ['flights', 'reservations', 'users'], splits: ['test'] },
} as const;

const outdated =
  'the authors mark these task lists as outdated: compare with published τ-bench v1 numbers only, not with τ²-bench or τ³-bench';

/** What the published schemas say of our tools, in their order. @throws BadInputError if they are not the same tools */
const schemasOf = ({ value, where }: expect.Read, tools: readonly TauTool[]): readonly Tool[] => {
  const schemas = expect.list(value, where).map((item, i) => {
    const here = `${where}, tool ${i}`;
    const described = expect.object(expect.object(item, here).get('function'), `${here}, function`);
    const name = expect.text(described.get('name'), `${here}, name`);
    return {
      name,
      description: expect.text(described.get('description'), `${here}, description`),
      parameters: toJson(expect.object(described.get('parameters'), `${here}, parameters`)) as Record<
        string,
        Json
      >,
      mutating: tools.find(tool => tool.name === name)?.mutating ?? false,
    };
  });
  const expected = tools.map(tool => tool.name).join(', ');
  const found = schemas.map(schema => schema.name).join(', ');
  if (found !== expected) throw new BadInputError(where, `describes ${found}; expected ${expected}`);
  return schemas;
};

/** Reads a domain's files. `data` is a folder or zip with `retail/` and `airline/` in it. */
export const loadTau = (name: TauDomainName, { data, rewardRule }: TauOptions = {}): TauDomain => {
  const { tools, tables, splits } = parts[name];
  const files = openFiles('tau-bench', data);
  const byName = new Map(tools.map(tool => [tool.name, tool]));
  const writes = (tool: string): boolean => byName.get(tool)?.mutating ?? false;
  const schemas = valueIn(files, `${name}/tools.json`);
  const readSplit = (split: string): [string, readonly TauTask[]] => {
    const tasks = valueIn(files, `${name}/tasks_${split}.json`);
    return [split, readTasks(tasks, `${name}/${split}`, writes)];
  };
  return {
    name: `tau-${name}`,
    policy: textIn(files, `${name}/wiki.md`),
    base: tablesIn(files, name, tables),
    tools: byName,
    schemas: schemasOf(schemas, tools),
    bind: bindToClass(name),
    splits: new Map(splits.map(readSplit)),
    unknownTool: tool => `Unknown action ${tool}`,
    ...(rewardRule && { rewardRule }),
    remarks: [outdated],
    truths: new WeakMap(),
  };
};

/**
 * τ-bench v1 as an environment.
 * @throws JuxtaError `no-data` if there is none where it is looked for, BadInputError that names the file and place of what is missing or not as published
 * @example const environment = await openTau('retail');
 */
export const openTau = async (name: TauDomainName, options: TauOptions = {}): Promise<TauEnvironment> =>
  tauEnvironment(loadTau(name, options));
