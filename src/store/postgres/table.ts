import { JuxtaError } from '../../base/errors.ts';
import type { Page, Row, Table } from '../table.ts';

/** A connection, or a pool of them. */
export interface Connection {
  query(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly rowCount: number | null }>;
}

/** Statements over one table of a schema. */
export interface PostgresRows<T> {
  /** The number of rows that were not there already. `extra` columns are written but never read back. */
  add(on: Connection, rows: readonly T[], extra?: Readonly<Record<string, unknown>>): Promise<number>;
  /** Adds rows or updates those of their keys; of several of one key the last stands. */
  put(on: Connection, rows: readonly T[]): Promise<void>;
  /** The rows whose columns equal those of `where`, in order; a page of them if one is given. */
  select(on: Connection, where: Partial<T>, page?: Page<T>): Promise<T[]>;
  remove(on: Connection, where: Partial<T>): Promise<void>;
}

/** A statement takes 65,535 parameters at most. */
const ROWS_AT_ONCE = 500;

const quoted = (column: string): string => `"${column}"`;

/** Postgres would store what is no number, which SQLite refuses. */
const toSql = (value: unknown): unknown => {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new JuxtaError('bad-row', `${value} cannot be stored as a number`);
};

/** @param order the columns by which rows are read (default: the table's own order, or its key) */
export const postgresRowsOf = <T extends Row<T>>(
  schema: string,
  table: Table<T>,
  order: string = table.order ?? table.key.map(quoted).join(', '),
): PostgresRows<T> => {
  const name = `"${schema}"."${table.name}"`;
  const key = table.key.map(quoted).join(', ');
  const columns = table.columns.map(quoted).join(', ');
  const write = async (
    on: Connection,
    rows: readonly T[],
    extra: Readonly<Record<string, unknown>>,
    onConflict: string,
  ): Promise<number> => {
    const written = [...table.columns, ...Object.keys(extra)];
    let count = 0;
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const values: unknown[] = [];
      const places = rows.slice(start, start + ROWS_AT_ONCE).map(row => {
        const own = { ...row, ...extra } as Readonly<Record<string, unknown>>;
        return `(${written.map(column => `$${values.push(toSql(own[column]))}`).join(', ')})`;
      });
      const sql = `INSERT INTO ${name} (${written.map(quoted).join(', ')}) VALUES ${places.join(', ')}
        ON CONFLICT (${key}) DO ${onConflict}`;
      count += (await on.query(sql, values)).rowCount ?? 0;
    }
    return count;
  };
  const updates = table.columns
    .filter(column => !table.key.includes(column))
    .map(column => `${quoted(column)} = excluded.${quoted(column)}`)
    .join(', ');
  const matching = (where: Partial<T>): [sql: string, values: unknown[]] => {
    const given = table.columns.filter(column => where[column] !== undefined);
    const conditions = given.map((column, i) => `${quoted(column)} = $${i + 1}`);
    return [['TRUE', ...conditions].join(' AND '), given.map(column => where[column])];
  };

  return {
    add: (on, rows, extra = {}) => write(on, rows, extra, 'NOTHING'),
    put: async (on, rows) => {
      const last = new Map(rows.map(row => [JSON.stringify(table.key.map(column => row[column])), row]));
      await write(on, [...last.values()], {}, `UPDATE SET ${updates}`);
    },
    select: async (on, where, page) => {
      const [condition, values] = matching(where);
      const { after, limit } = page ?? {};
      const begin = after
        ? `AND (${key}) > (${table.key.map(column => `$${values.push(after[column])}`).join(', ')})`
        : '';
      const end = limit === undefined ? '' : `LIMIT ${limit}`;
      const sql = `SELECT ${columns} FROM ${name} WHERE ${condition} ${begin} ORDER BY ${order} ${end}`;
      return (await on.query(sql, values)).rows as unknown as T[];
    },
    remove: async (on, where) => {
      const [condition, values] = matching(where);
      await on.query(`DELETE FROM ${name} WHERE ${condition}`, values);
    },
  };
};
