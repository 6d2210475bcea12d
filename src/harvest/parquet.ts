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
import { isJsonObject, type Json, type JsonObject } from '../dialogue/json.ts';
import { pendingFile } from './files.ts';
import type { Sink } from './sink.ts';

type ColumnType = 'text' | 'boolean' | 'number' | 'list' | 'object';

/** Characters of a row group, so that a few long rows are a group as well as many short ones. */
const groupCharacters = 1 << 23;

/** The first row says which columns there are. A file without rows has none, and so cannot be. */
export const parquetSink = async (path: string): Promise<Sink> => {
  const file = await pendingFile(path);
  const bytes = new ByteWriter();
  let columns: readonly (readonly [string, ColumnType])[] = [];
  let writer: ParquetWriter | undefined;
  let held: JsonObject[] = [];
  let size = 0;

  const flush = async () => {
    const data = new Uint8Array(bytes.buffer.slice(0, bytes.index));
    bytes.index = 0;
    await file.write(data);
  };
  const begin = (row: JsonObject): ParquetWriter => {
    columns = Object.entries(row).map(([name, value]) => [name, typeOf(value)] as const);
    return new ParquetWriter({
      writer: bytes,
      schema: schemaOf(columns),
      statistics: false,
      kvMetadata: [
        { key: 'huggingface', value: JSON.stringify({ info: { features: featuresOf(columns) } }) },
      ],
      createdBy: 'juxta',
    });
  };
  const writeGroup = async () => {
    const columnData = columns.map(([name]) => ({
      name,
      data: held.map(row => row[name]),
    }));
    writer?.write({ columnData, rowGroupSize: Math.max(1, held.length) });
    held = [];
    size = 0;
    await flush();
  };

  return {
    add: async text => {
      const row = JSON.parse(text) as JsonObject;
      writer ??= begin(row);
      for (const [name, type] of columns)
        if (row[name] === undefined || typeOf(row[name]) !== type)
          throw new BadInputError(
            `${path}, column ${name}`,
            `is ${type} in the first row, but not in a later one`,
          );
      held.push(row);
      size += text.length;
      if (size > groupCharacters) await writeGroup();
    },
    finish: async () => {
      writer ??= begin({ messages: [] });
      if (held.length > 0 || columns.length === 0) await writeGroup();
      writer.finish();
      await flush();
      await file.finish();
    },
    commit: file.commit,
    discard: file.discard,
  };
};

const typeOf = (value: Json): ColumnType => {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  return isJsonObject(value) ? 'object' : 'list';
};

const schemaOf = (columns: readonly (readonly [string, ColumnType])[]): SchemaElement[] => [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap(([name, type]) => elementsOf(name, type)),
];

const elementsOf = (name: string, type: ColumnType): SchemaElement[] => {
  const required = { name, repetition_type: 'REQUIRED' } as const;
  if (type === 'text') return [{ ...required, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  if (type === 'boolean') return [{ ...required, type: 'BOOLEAN' }];
  if (type === 'number') return [{ ...required, type: 'DOUBLE' }];
  if (type === 'object') return [{ ...required, type: 'BYTE_ARRAY', converted_type: 'JSON' }];
  return [
    { ...required, converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'BYTE_ARRAY', converted_type: 'JSON' },
  ];
};

const featuresOf = (columns: readonly (readonly [string, ColumnType])[]): JsonObject => {
  const json = { _type: 'Json' };
  const features: Record<ColumnType, JsonObject> = {
    text: { dtype: 'string', _type: 'Value' },
    boolean: { dtype: 'bool', _type: 'Value' },
    number: { dtype: 'float64', _type: 'Value' },
    object: json,
    list: { feature: json, _type: 'List' },
  };
  return Object.fromEntries(columns.map(([name, type]) => [name, features[type]]));
};
