/** Opens the first version's domains from their files. */
import { join } from 'node:path';
import { BadInputError } from '../../base/errors.ts';
import type { Json } from '../../dialogue/json.ts';
import type { Tool } from '../environment.ts';
import { airlineTools } from './airline/tools.ts';
import type { TauDomain } from './domain.ts';
import { type TauEnvironment, tauEnvironment } from './environment.ts';
import { defaultFolder, readJson, readTables, readText } from './files.ts';
import { retailTools } from './retail/tools.ts';
import { expect, readTasks, type TauTask } from './task.ts';
import { bindByKeyword, type TauTool } from './tools/tool.ts';
import { toJson } from './values/json.ts';
import type { Value } from './values/value.ts';

export type TauDomainName = 'retail' | 'airline';

const parts = {
  retail: { tools: retailTools, tables: ['orders', 'products', 'users'], splits: ['test', 'train', 'dev'] },
  airline: { tools: airlineTools, tables: ['flights', 'reservations', 'users'], splits: ['test'] },
} as const;

const outdated =
  'the authors mark these task lists as outdated: compare with published τ-bench v1 numbers only, not with τ²-bench or τ³-bench';

/** What the published schemas say of our tools, in their order. @throws BadInputError if they are not the same tools */
const schemasOf = (value: Value, where: string, tools: readonly TauTool[]): readonly Tool[] => {
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

/** Reads a domain's files. `data` is the folder with `retail/` and `airline/` in it. */
export const loadTau = async (
  name: TauDomainName,
  { data = defaultFolder('tau-bench') }: { readonly data?: string } = {},
): Promise<TauDomain> => {
  const { tools, tables, splits } = parts[name];
  const folder = join(data, name);
  const byName = new Map(tools.map(tool => [tool.name, tool]));
  const writes = (tool: string): boolean => byName.get(tool)?.mutating ?? false;
  const readSplit = async (split: string): Promise<[string, readonly TauTask[]]> => {
    const path = join(folder, `tasks_${split}.json`);
    return [split, readTasks(await readJson(path), path, `${name}/${split}`, writes)];
  };
  const schemaPath = join(folder, 'tools.json');
  const [policy, base, schemas, lists] = await Promise.all([
    readText(join(folder, 'wiki.md')),
    readTables(folder, tables),
    readJson(schemaPath),
    Promise.all(splits.map(readSplit)),
  ]);
  return {
    name: `tau-${name}`,
    policy,
    base,
    tools: byName,
    schemas: schemasOf(schemas, schemaPath, tools),
    bind: bindByKeyword(name),
    splits: new Map(lists),
    remarks: [outdated],
    truths: new WeakMap(),
  };
};

/**
 * τ-bench v1 as an environment.
 * @param options.data the folder with the benchmark's files (default: `data/tau-bench` where data is kept)
 * @throws BadInputError that names the file and place of what is missing or not as published
 * @example const environment = await openTau('retail');
 */
export const openTau = async (
  name: TauDomainName,
  options: { readonly data?: string } = {},
): Promise<TauEnvironment> => tauEnvironment(await loadTau(name, options));
