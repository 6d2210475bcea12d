import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { validated } from '../../base/zod-issue.ts';
import { type Layout, readJson } from '../../datasets/layout.ts';
import type { Json } from '../../dialogue/json.ts';
import { idColumn, tableOf } from '../travel/table.ts';
import type { Database, Table } from '../travel/task.ts';

const DOMAINS = ['restaurant', 'hotel', 'attraction', 'train', 'taxi', 'hospital'];
const NAMELESS = ['taxi', 'hospital'];

const records = z.array(z.record(z.string(), z.custom<Json>())).min(1);

/** The tables of a layout. @throws BadInputError naming the file, and the record that does not fit */
export const readDatabase = (layout: Layout): Database =>
  Object.fromEntries(DOMAINS.map(domain => [domain, readTable(layout, domain)]));

const readTable = (layout: Layout, domain: string): Table => {
  const name = `${domain}_db.json`;
  const file = layout.find(name);
  if (!file) {
    throw new BadInputError(layout.path, `no ${name} in it`, {
      hint: 'ToolWOZ needs the databases of MultiWOZ beside its dialogues; `juxta data pull toolwoz` fetches both.',
    });
  }
  const parsed = validated(records, readJson(file), file.where);
  const named = (record: (typeof parsed)[number]) => typeof record[idColumn(domain)] === 'string';
  const nameless = NAMELESS.includes(domain) ? -1 : parsed.findIndex(record => !named(record));
  if (nameless !== -1) {
    throw new BadInputError(`${file.where}, record ${nameless}`, `it has no ${idColumn(domain)}`);
  }
  return tableOf(parsed);
};
