/** Schemas of an OpenAPI document as plain JSON Schema: references resolved, and what 3.0 says in its own way said as JSON Schema does. */
import { BadInputError } from '../../base/errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Document {
  /** For messages. */
  readonly where: string;
  readonly content: Fields;
}

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws BadInputError for a reference into nothing, or out of the document */
export const resolved = (document: Document, value: unknown, place: string): Fields => {
  let at = value;
  for (let steps = 0; isRecord(at) && typeof at.$ref === 'string' && steps < 20; steps++)
    at = referred(document, at.$ref, place);
  if (isRecord(at)) return at;
  throw new BadInputError(document.where, `${place}: an object was expected`);
};

const referred = ({ where, content }: Document, ref: string, place: string): unknown => {
  const keys = ref.startsWith('#/') ? ref.slice(2).split('/') : [];
  const found = keys
    .map(key => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), content);
  if (keys.length > 0 && found !== undefined) return found;
  throw new BadInputError(where, `${place}: the reference ${ref} leads nowhere`, {
    hint: 'references into other files are not followed: bundle the document first',
  });
};

/** Fields that hold schemas, a map of schemas, or a list of them. */
const INNER = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else'];
const MAPS = ['properties', 'patternProperties', '$defs'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
/** What OpenAPI says besides, which models need not be told. */
const DROPPED = [
  'example',
  'examples',
  'xml',
  'externalDocs',
  'discriminator',
  'nullable',
  'readOnly',
  'writeOnly',
];

/** A schema that refers to itself is told as anything from its second turn on. */
export const plainSchema = (
  document: Document,
  value: unknown,
  place: string,
  above: readonly string[] = [],
): Fields => {
  if (!isRecord(value)) return {};
  if (typeof value.$ref === 'string') {
    if (above.includes(value.$ref)) return {};
    return plainSchema(document, referred(document, value.$ref, place), place, [...above, value.$ref]);
  }
  const inner = (schema: unknown): unknown =>
    isRecord(schema) ? plainSchema(document, schema, place, above) : schema;
  const fields = Object.entries(value)
    .filter(([key]) => !DROPPED.includes(key) && !key.startsWith('x-'))
    .map(([key, field]): [string, unknown] => {
      if (INNER.includes(key)) return [key, inner(field)];
      if (LISTS.includes(key) && Array.isArray(field)) return [key, field.map(inner)];
      if (MAPS.includes(key) && isRecord(field))
        return [
          key,
          Object.fromEntries(Object.entries(field).map(([name, schema]) => [name, inner(schema)])),
        ];
      return [key, field];
    });
  return bounded(orNull(Object.fromEntries(fields), value.nullable === true));
};

/** 3.0 says `nullable`. */
const orNull = (schema: Fields, nullable: boolean): Fields => {
  if (!nullable || typeof schema.type !== 'string') return schema;
  const { enum: values } = schema;
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(Array.isArray(values) && { enum: [...values, null] }),
  };
};

/** 3.0 says `exclusiveMinimum: true` beside `minimum`. */
const bounded = (schema: Fields): Fields => {
  const bounds = { ...schema };
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof bounds[exclusive] !== 'boolean') continue;
    if (bounds[exclusive]) {
      bounds[exclusive] = bounds[bound];
      delete bounds[bound];
    } else delete bounds[exclusive];
  }
  return bounds;
};
