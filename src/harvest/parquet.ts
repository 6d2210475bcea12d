/**
 * Datasets as Parquet, in columns that keep heterogeneous data intact. A column of one type would force the same keys
 * on all calls' arguments, and fill the missing ones with nulls; so whatever is an object is stored as JSON text:
 *
 * | field of a row | column |
 * | --- | --- |
 * | text | `STRING` |
 * | boolean | `BOOLEAN` |
 * | number | `DOUBLE` |
 * | list (of messages, tools, …) | `LIST` of `JSON`, one text per element |
 * | object | `JSON` |
 *
 * The file's metadata tells Hugging Face `datasets` (from 4.7) to decode the JSON, so that `load_dataset` gives the
 * same rows as from JSONL. Other readers get the texts, and DuckDB can look into them: `messages[1]->>'role'`.
 */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { BadInputError } from '../base/errors.ts';
import { parseKeepingNumbers, plainNumbers } from '../base/json-numbers.ts';
import { isJsonObject, type Json, type JsonObject } from '../dialogue/json.ts';
import { type PendingFile, pendingFile } from './files.ts';
import type { Sink } from './sink.ts';
import { spool } from './spool.ts';

type ColumnType = 'text' | 'boolean' | 'number' | 'list' | 'object';

/** Characters of a row group, so that a few long rows are a group as well as many short ones. */
const groupCharacters = 1 << 23;

interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Some rows lack the field, or hold a null. */
  readonly optional: boolean;
}

/**
 * The columns are those of all rows together, so the rows wait in a temporary file until the last is there. A field that
 * some rows lack is null in these.
 * @throws BadInputError if a field is of one type in one row, and of another in a later one
 */
export const parquetSink = async (path: string): Promise<Sink> => {
  const file = await pendingFile(path);
  const waiting = spool();
  const found = fieldsFound(path);
  return {
    add: text => {
      found.add(JSON.parse(text) as JsonObject);
      return waiting.add(text);
    },
    finish: async () => {
      await writeRows(waiting.rows(), found.columns(), file);
      await waiting.close();
      await file.finish();
    },
    commit: file.commit,
    discard: async () => {
      await waiting.close();
      await file.discard();
    },
  };
};

/** Gathers the fields of rows, in the order in which they are met. */
const fieldsFound = (path: string) => {
  const fields = new Map<string, { readonly type: ColumnType; readonly first: number; rows: number }>();
  let rows = 0;
  return {
    add: (row: JsonObject): void => {
      rows++;
      for (const [name, value] of Object.entries(row)) {
        if (value === null) continue;
        const type = typeOf(value);
        const known = fields.get(name) ?? { type, first: rows, rows: 0 };
        if (known.type !== type)
          throw new BadInputError(
            `${path}, row ${rows}, field ${name}`,
            `is of type ${type}, but of type ${known.type} in row ${known.first}: a column has one type`,
          );
        known.rows++;
        fields.set(name, known);
      }
    },
    columns: (): readonly Column[] =>
      // A table without a column cannot be written.
      rows === 0
        ? [{ name: 'messages', type: 'list', optional: false }]
        : [...fields].map(([name, field]) => ({ name, type: field.type, optional: field.rows < rows })),
  };
};

const writeRows = async (
  rows: AsyncIterable<string>,
  columns: readonly Column[],
  file: PendingFile,
): Promise<void> => {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(columns),
    statistics: false,
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features: featuresOf(columns) } }) }],
    createdBy: 'juxta',
  });
  const flush = async () => {
    const data = new Uint8Array(bytes.buffer.slice(0, bytes.index));
    bytes.index = 0;
    await file.write(data);
  };
  let group: JsonObject[] = [];
  let size = 0;
  const writeGroup = async () => {
    const columnData = columns.map(({ name, type }) => ({
      name,
      data: group.map(row => cell(row[name], type)),
    }));
    writer.write({ columnData, rowGroupSize: group.length });
    group = [];
    size = 0;
    await flush();
  };
  for await (const text of rows) {
    group.push(parseKeepingNumbers(text) as JsonObject);
    size += text.length;
    if (size > groupCharacters) await writeGroup();
  }
  if (group.length > 0) await writeGroup();
  writer.finish();
  await flush();
};

const cell = (value: Json | undefined, type: ColumnType): unknown =>
  type === 'number' ? plainNumbers(value) : value;

const typeOf = (value: Json): ColumnType => {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  return isJsonObject(value) ? 'object' : 'list';
};

const schemaOf = (columns: readonly Column[]): SchemaElement[] => [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap(elementsOf),
];

const elementsOf = ({ name, type, optional }: Column): SchemaElement[] => {
  const column = { name, repetition_type: optional ? 'OPTIONAL' : 'REQUIRED' } as const;
  if (type === 'text') return [{ ...column, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  if (type === 'boolean') return [{ ...column, type: 'BOOLEAN' }];
  if (type === 'number') return [{ ...column, type: 'DOUBLE' }];
  if (type === 'object') return [{ ...column, type: 'BYTE_ARRAY', converted_type: 'JSON' }];
  return [
    { ...column, converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'BYTE_ARRAY', converted_type: 'JSON' },
  ];
};

const featuresOf = (columns: readonly Column[]): JsonObject => {
  const json = { _type: 'Json' };
  const features: Record<ColumnType, JsonObject> = {
    text: { dtype: 'string', _type: 'Value' },
    boolean: { dtype: 'bool', _type: 'Value' },
    number: { dtype: 'float64', _type: 'Value' },
    object: json,
    list: { feature: json, _type: 'List' },
  };
  return Object.fromEntries(columns.map(({ name, type }) => [name, features[type]]));
};
