/**
 * Fingerprints of a database: SHA-256 of its JSON with sorted keys, as a recording writes it. The base's text is made once; a changed
 * database streams the unchanged stretches of it and the texts of what changed.
 */
import { createHash } from 'node:crypto';
import type { Base, Database, Table } from '../../environments/tau-bench/database.ts';
import { byCodePoint, canonicalText, sortedText } from '../../environments/tau-bench/values/print.ts';
import type { Value } from '../../environments/tau-bench/values/value.ts';

/** How a recording writes JSON before it hashes it. */
interface Style {
  readonly text: (value: Value) => string;
  readonly colon: string;
  readonly comma: string;
  readonly bases: WeakMap<Base, ReadonlyMap<string, CanonicalTable>>;
}
/** `dbSha256` of the first version's recordings (specification, section 11). */
const canonical: Style = { text: canonicalText, colon: ':', comma: ',', bases: new WeakMap() };
/** `dbHash` of τ²-bench: Python's JSON with sorted keys. */
const python: Style = { text: sortedText, colon: ': ', comma: ', ', bases: new WeakMap() };

interface CanonicalTable {
  /** Sorted by code point. */
  readonly ids: readonly string[];
  readonly bytes: Buffer;
  /** Where each record's bytes begin; the record before ends one comma earlier. */
  readonly starts: readonly number[];
}

const recordText = ({ text, colon }: Style, id: string, record: Value): string =>
  `${text(id)}${colon}${text(record)}`;

const canonicalTable = (style: Style, table: Table): CanonicalTable => {
  const ids = [...table.keys()].sort(byCodePoint);
  const records = ids.map(id => Buffer.from(recordText(style, id, table.get(id)!) + style.comma));
  const starts: number[] = [];
  let length = 0;
  for (const record of records) {
    starts.push(length);
    length += record.length;
  }
  return { ids, starts, bytes: Buffer.concat(records) };
};

const canonicalBase = (style: Style, base: Base): ReadonlyMap<string, CanonicalTable> => {
  const known = style.bases.get(base);
  if (known) return known;
  const names = [...base.keys()].sort(byCodePoint);
  const made = new Map(names.map(name => [name, canonicalTable(style, base.get(name)!)]));
  style.bases.set(base, made);
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
function* stretches(
  style: Style,
  { ids, bytes, starts }: CanonicalTable,
  changed: Table,
): Generator<Buffer | string> {
  const startOf = (index: number): number => starts[index] ?? bytes.length;
  let next = 0;
  for (const id of [...changed.keys()].sort(byCodePoint)) {
    const index = position(ids, id);
    if (index > next) yield bytes.subarray(startOf(next), startOf(index));
    yield recordText(style, id, changed.get(id)!) + style.comma;
    next = ids[index] === id ? index + 1 : index;
  }
  if (next < ids.length) yield bytes.subarray(startOf(next));
}

const fingerprint = (style: Style, database: Database): string => {
  const { text, colon, comma } = style;
  const hash = createHash('sha256');
  let opening = '{';
  for (const [name, table] of canonicalBase(style, database.base)) {
    hash.update(`${opening}${text(name)}${colon}{`);
    opening = `}${comma}`;
    const pieces = [...stretches(style, table, database.changes.get(name) ?? new Map())];
    for (const [i, piece] of pieces.entries()) {
      const end = i === pieces.length - 1 ? piece.length - comma.length : piece.length;
      hash.update(typeof piece === 'string' ? piece.slice(0, end) : piece.subarray(0, end));
    }
  }
  return hash.update('}}').digest('hex');
};

/** SHA-256 (hex) of the canonical JSON of the whole database. */
export const databaseSha256 = (database: Database): string => fingerprint(canonical, database);

/** The hash that τ²-bench compares databases by. */
export const tau2DatabaseHash = (database: Database): string => fingerprint(python, database);
