import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

type Value = string | number | boolean | null;
/** Any row type: a record of plain values. */
export type Row<T> = { readonly [K in keyof T]: Value };

/** How a row type lies in a table of the same column names. */
export interface Table<T> {
  readonly name: string;
  readonly columns: readonly (keyof T & string)[];
  /** The columns that name a row. */
  readonly key: readonly (keyof T & string)[];
  /** The order in which rows are read; without it, that of the key. */
  readonly order?: string;
  readonly booleans?: readonly (keyof T & string)[];
}

/** Prepared statements over one table. */
export interface Rows<T> {
  /** False if a row of that key was there already and stays. `extra` columns are written but never read back. */
  add(row: T, extra?: Readonly<Record<string, SQLInputValue>>): boolean;
  /** Adds a row or updates the row of that key. */
  put(row: T): void;
  /** The rows whose columns equal those of `where`, in order; a page of them if `limit` is given. */
  select(where: Partial<T>, page?: Page<T>): T[];
  remove(where: Partial<T>): void;
}

export interface Page<T> {
  readonly limit: number;
  /** Begin after this row. Tables with an order of their own have no pages. */
  readonly after: T | undefined;
}

const toSql = (value: Value): SQLInputValue => (typeof value === 'boolean' ? Number(value) : value);

export const rowsOf = <T extends Row<T>>(database: DatabaseSync, table: Table<T>): Rows<T> => {
  const { name, columns, booleans = [] } = table;
  const key = table.key.join(', ');
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const write = (row: T, extra: Readonly<Record<string, SQLInputValue>>, onConflict: string): boolean => {
    const values: Record<string, SQLInputValue> = { ...extra };
    for (const column of columns) values[column] = toSql(row[column]);
    const written = Object.keys(values);
    const sql = `INSERT INTO ${name} (${written.join(', ')}) VALUES (${written.map(column => `$${column}`).join(', ')})
      ON CONFLICT (${key}) DO ${onConflict}`;
    return prepare(sql).run(values).changes > 0;
  };
  const updates = columns
    .filter(column => !table.key.includes(column))
    .map(column => `${column} = excluded.${column}`)
    .join(', ');
  const matching = (where: Partial<T>): [sql: string, values: Record<string, SQLInputValue>] => {
    const given = columns.filter(column => where[column] !== undefined);
    const conditions = given.map(column => ` AND ${column} = $${column}`).join('');
    return [
      `WHERE TRUE${conditions}`,
      Object.fromEntries(given.map(column => [column, toSql(where[column]!)])),
    ];
  };
  const fromSql = (found: Record<string, unknown>): T => {
    const row = { ...found };
    for (const column of booleans) row[column] = row[column] === 1;
    return row as T;
  };

  return {
    add: (row, extra = {}) => write(row, extra, 'NOTHING'),
    put: row => {
      write(row, {}, `UPDATE SET ${updates}`);
    },
    select: (where, page) => {
      const [condition, values] = matching(where);
      let begin = '';
      if (page?.after) {
        for (const column of table.key) values[`after_${column}`] = toSql(page.after[column]);
        begin = `AND (${key}) > (${table.key.map(column => `$after_${column}`).join(', ')})`;
      }
      const sql = `SELECT ${columns.join(', ')} FROM ${name} ${condition} ${begin}
        ORDER BY ${table.order ?? key} LIMIT $limit`;
      return prepare(sql)
        .all({ ...values, limit: page?.limit ?? -1 })
        .map(fromSql);
    },
    remove: where => {
      const [condition, values] = matching(where);
      prepare(`DELETE FROM ${name} ${condition}`).run(values);
    },
  };
};
