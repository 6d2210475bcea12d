/** What a tool takes: any Standard Schema that gives JSON Schema (zod 4, Valibot, ArkType), or JSON Schema itself. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import { frozenJson } from './json.ts';

/** The part of the Standard Schema that is used here (standardschema.dev). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema?: { readonly input: (options: { readonly target: 'draft-2020-12' }) => object };
  };
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** JSON Schema, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ToolInput {
  /** As models are told of it. */
  readonly jsonSchema: JsonObject;
  /** The arguments as `execute` gets them, or in words what is wrong with them. */
  check(input: Json): Promise<{ readonly value: unknown } | { readonly problem: string }>;
}

/** @throws JuxtaError `bad-tool` if the schema cannot be told to a model */
export const toolInput = (tool: string, schema: unknown): ToolInput => {
  if (typeof schema !== 'object' || schema === null)
    throw new JuxtaError('bad-tool', `the tool ${tool} has no inputSchema`, {
      hint: "give it one, for example z.object({ id: z.string() }), or { type: 'object', properties: {} } for a tool that takes nothing",
    });
  const input =
    '~standard' in schema
      ? standardInput(tool, schema as StandardSchema)
      : jsonInput(tool, schema as JsonSchema);
  if (input.jsonSchema.type === 'object') return input;
  throw new JuxtaError('bad-tool', `the inputSchema of ${tool} describes no object`, {
    hint: 'a tool takes named arguments: z.object({ … })',
  });
};

const standardInput = (tool: string, schema: StandardSchema): ToolInput => ({
  jsonSchema: toldToModels(tool, jsonSchemaOf(tool, schema)),
  check: async input => {
    const result = await schema['~standard'].validate(input);
    return result.issues ? { problem: problemsOf(result.issues) } : { value: result.value };
  },
});

const jsonSchemaOf = (tool: string, schema: StandardSchema): object => {
  const { vendor, jsonSchema } = schema['~standard'];
  try {
    if (jsonSchema) return jsonSchema.input({ target: 'draft-2020-12' });
    if (vendor === 'zod') return z.toJSONSchema(schema as unknown as z.ZodType, { io: 'input' });
  } catch (cause) {
    throw new JuxtaError(
      'bad-tool',
      `the inputSchema of ${tool} cannot be written as JSON Schema: ${String(cause)}`,
      {
        cause,
        hint: 'leave out what JSON cannot say: dates, transforms, custom types',
      },
    );
  }
  throw new JuxtaError('bad-tool', `the inputSchema of ${tool} (${vendor}) gives no JSON Schema`, {
    hint: 'use zod 4, another library whose Standard Schema has jsonSchema, or JSON Schema itself',
  });
};

const ajv = new Ajv2020({ strict: false, allErrors: true, useDefaults: true, validateFormats: false });

const jsonInput = (tool: string, schema: JsonSchema): ToolInput => {
  const jsonSchema = toldToModels(tool, schema);
  let validate: ReturnType<typeof ajv.compile>;
  try {
    const { $id: _, ...anonymous } = jsonSchema;
    validate = ajv.compile(anonymous);
  } catch (cause) {
    throw new JuxtaError('bad-tool', `the inputSchema of ${tool} is no JSON Schema: ${String(cause)}`, {
      cause,
    });
  }
  return {
    jsonSchema,
    check: async input => {
      const value = structuredClone(input);
      if (validate(value)) return { value };
      return { problem: (validate.errors ?? []).map(problemOf).join('; ') };
    },
  };
};

const toldToModels = (tool: string, schema: object): JsonObject => {
  try {
    const { $schema: _, ...rest } = schema as Readonly<Record<string, unknown>>;
    return frozenJson(rest, 'inputSchema') as JsonObject;
  } catch (cause) {
    throw new JuxtaError('bad-tool', `the tool ${tool}: ${String(cause)}`, { cause });
  }
};

/** @example problemsOf(issues) // 'order.id: expected string; reason: …' */
export const problemsOf = (issues: readonly StandardIssue[]): string =>
  issues.map(({ path = [], message }) => problemAt(path.map(keyOf), message)).join('; ');

const keyOf = (part: PropertyKey | { readonly key: PropertyKey }): PropertyKey =>
  typeof part === 'object' ? part.key : part;

const problemAt = (path: readonly PropertyKey[], message: string): string =>
  path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;

const problemOf = ({ instancePath, message, params }: ErrorObject): string => {
  const more =
    'allowedValues' in params
      ? `: ${(params.allowedValues as readonly unknown[]).map(String).join(', ')}`
      : '';
  return problemAt(instancePath.split('/').filter(Boolean), `${message ?? 'is wrong'}${more}`);
};
