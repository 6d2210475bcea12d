/** What of tools' schemas OpenAI, Anthropic or Google refuse or ignore, as their documentation says. */
import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import type { Tool } from '../environment.ts';
import type { Finding } from './finding.ts';

/** OpenAI takes no more. */
const MOST_TOOLS = 128;
const LONGEST_DESCRIPTION = 1024;
/** Anthropic's names of fields. */
const FIELD_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;
/** Google reads a part of OpenAPI's schemas. */
const unknownToGoogle = ['$ref', 'not', 'if', 'patternProperties', 'prefixItems', 'propertyNames'];
const combinators = ['oneOf', 'anyOf', 'allOf', 'not', 'enum'];

export const checkSchemas = (tools: readonly Tool[]): readonly Finding[] => [
  ...(tools.length > MOST_TOOLS
    ? [error('too-many-tools', 'tools', `there are ${tools.length}; OpenAI takes ${MOST_TOOLS}`)]
    : []),
  ...tools.flatMap(checkTool),
];

const error = (code: string, where: string, message: string, hint?: string): Finding => ({
  severity: 'error',
  code,
  where,
  message,
  ...(hint !== undefined && { hint }),
});

const warning = (code: string, where: string, message: string, hint?: string): Finding => ({
  ...error(code, where, message, hint),
  severity: 'warning',
});

const checkTool = ({ name, description, parameters }: Tool): readonly Finding[] => {
  const where = `tool ${name}, field inputSchema`;
  return [
    ...(description.length > LONGEST_DESCRIPTION
      ? [
          error(
            'long-description',
            `tool ${name}, field description`,
            `it has ${description.length} characters; OpenAI takes ${LONGEST_DESCRIPTION}`,
          ),
        ]
      : []),
    ...checkTop(where, parameters),
    ...checkNode(where, parameters),
  ];
};

/** The arguments of a call are an object, for all three. */
const checkTop = (where: string, schema: JsonObject): readonly Finding[] => {
  if (schema.type !== 'object')
    return [
      error('no-object', where, 'every provider wants an object of arguments', 'wrap it: z.object({ … })'),
    ];
  const combined = combinators.filter(word => word in schema);
  return combined.map(word =>
    error(
      'combined-arguments',
      where,
      `${word} stands at the top, which OpenAI and Anthropic refuse`,
      'make it a field of an object, or a tool for each case',
    ),
  );
};

const checkNode = (where: string, schema: JsonObject): readonly Finding[] => {
  const found: Finding[] = [];
  for (const word of unknownToGoogle)
    if (word in schema)
      found.push(warning('unread-schema', where, `Google does not read ${word}`, 'write it out plainly'));
  if (Array.isArray(schema.enum) && schema.enum.some(value => typeof value !== 'string'))
    found.push(
      warning('enum-of-no-texts', where, 'Google takes a choice among texts alone', 'choose among texts'),
    );
  if (schema.type === 'array' && !('items' in schema) && !('prefixItems' in schema))
    found.push(error('no-items', where, 'a list says nothing of its items, which OpenAI and Google refuse'));
  if (!['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'].some(word => word in schema))
    found.push(warning('no-type', where, 'anything may stand here, which Google refuses', 'give it a type'));
  return [...found, ...childrenOf(schema).flatMap(([field, child]) => checkChild(where, field, child))];
};

const checkChild = (where: string, field: string, child: Json): readonly Finding[] => {
  const here = `${where}${field}`;
  const name = field.startsWith('.') ? field.slice(1) : undefined;
  const bad =
    name !== undefined && !FIELD_NAME.test(name)
      ? [error('field-name', here, `Anthropic refuses a field called ${JSON.stringify(name)}`)]
      : [];
  return [...bad, ...(isJsonObject(child) ? checkNode(here, child) : [])];
};

const childrenOf = (schema: JsonObject): readonly (readonly [string, Json])[] => {
  const { properties, items } = schema;
  return [
    ...(isJsonObject(properties)
      ? Object.entries(properties).map(([name, child]) => [`.${name}`, child] as const)
      : []),
    ...(items !== undefined && !Array.isArray(items) ? [['[]', items] as const] : []),
    ...['anyOf', 'oneOf', 'allOf'].flatMap(word => {
      const list = schema[word];
      return Array.isArray(list) ? list.map((child, i) => [` ${word}[${i}]`, child as Json] as const) : [];
    }),
  ];
};
