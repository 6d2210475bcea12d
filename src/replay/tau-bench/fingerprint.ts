/**
 * The strict fingerprint of a database, `dbSha256` (specification, section 11). The base's canonical text is made once; a changed
 * database streams the unchanged stretches of it and the texts of what changed.
 */
import { createHash } from 'node:crypto';
import type { Base, Database, Table } from '../../environments/tau-bench/database.ts';
import { byCodePoint, canonicalText } from '../../environments/tau-bench/values/print.ts';

interface CanonicalTable {
  /** Sorted by code point. */
  readonly ids: readonly string[];
  readonly bytes: Buffer;
  /** Where each record's bytes begin; the record before ends one comma earlier. */
  readonly starts: readonly number[];
}

const recordText = (id: string, record: Parameters<typeof canonicalText>[0]): string =>
  `${canonicalText(id)}:${canonicalText(record)}`;

const canonicalTable = (table: Table): CanonicalTable => {
  const ids = [...table.keys()].sort(byCodePoint);
  const records = ids.map(id => Buffer.from(recordText(id, table.get(id)!)));
  const comma = Buffer.from(',');
  const starts: number[] = [];
  let length = 0;
  for (const record of records) {
    starts.push(length);
    length += record.length + 1;
  }
  return { ids, starts, bytes: Buffer.concat(records.flatMap(record => [record, comma])) };
};

const canonicalBases = new WeakMap<Base, ReadonlyMap<string, CanonicalTable>>();
const canonicalBase = (base: Base): ReadonlyMap<string, CanonicalTable> => {
  const known = canonicalBases.get(base);
  if (known) return known;
  const made = new Map([...base].map(([name, table]) => [name, canonicalTable(table)]));
  canonicalBases.set(base, made);
  return made;
};

/** The index of the first id that is not before `id`. */
const position = (ids: readonly string[], id: string): number => {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byCodePoint(ids[middle]!, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The records of a table in canonical order, as stretches of bytes and texts, each ending in a comma. */
function* stretches({ ids, bytes, starts }: CanonicalTable, changed: Table): Generator<Buffer | string> {
  const startOf = (index: number): number => starts[index] ?? bytes.length;
  let next = 0;
  for (const id of [...changed.keys()].sort(byCodePoint)) {
    const index = position(ids, id);
    if (index > next) yield bytes.subarray(startOf(next), startOf(index));
    yield `${recordText(id, changed.get(id)!)},`;
    next = ids[index] === id ? index + 1 : index;
  }
  if (next < ids.length) yield bytes.subarray(startOf(next));
}

/** SHA-256 (hex) of the canonical JSON of the whole database. */
export const databaseSha256 = (database: Database): string => {
  const hash = createHash('sha256');
  let opening = '{';
  for (const [name, table] of canonicalBase(database.base)) {
    hash.update(`${opening}${canonicalText(name)}:{`);
    opening = '},';
    const pieces = [...stretches(table, database.changes.get(name) ?? new Map())];
    pieces.forEach((piece, i) => {
      const isLast = i === pieces.length - 1;
      hash.update(isLast ? (typeof piece === 'string' ? piece.slice(0, -1) : piece.subarray(0, -1)) : piece);
    });
  }
  return hash.update('}}').digest('hex');
};
