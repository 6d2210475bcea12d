/** The operations of an OpenAPI document (3.0 and 3.1), each with its schema and the address that a call of it goes to. */
import { BadInputError } from '../../base/errors.ts';
import type { Json, JsonObject } from '../../dialogue/json.ts';
import type { SessionTool } from '../sessions/session.ts';
import { type Document, type Fields, isRecord, plainSchema, resolved } from './open-api-schema.ts';

export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly tool: SessionTool;
  urlOf(
    server: string,
    input: JsonObject,
  ): { readonly url: URL; readonly headers: Readonly<Record<string, string>> };
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Fields;
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** @throws BadInputError naming the place in the document */
export const operationsOf = (
  document: unknown,
  where: string,
  readOnly: readonly string[],
): { readonly operations: readonly Operation[]; readonly server: string | undefined } => {
  if (
    !isRecord(document) ||
    typeof document.openapi !== 'string' ||
    !document.openapi.startsWith('3.') ||
    !isRecord(document.paths)
  )
    throw new BadInputError(where, 'is no OpenAPI document of version 3: it has no fields openapi and paths');
  const root: Document = { where, content: document };
  const operations = Object.entries(document.paths).flatMap(([path, item]) => {
    const at = resolved(root, item, `paths ${path}`);
    return METHODS.flatMap(method => {
      const operation = at[method];
      if (!isRecord(operation) || typeof operation.operationId !== 'string') return [];
      return [operationAt(root, path, method, { shared: at.parameters, operation }, readOnly)];
    });
  });
  if (operations.length === 0) throw new BadInputError(where, 'has no operation with an operationId');
  const seen = new Set<string>();
  for (const { name } of operations) {
    if (seen.has(name)) throw new BadInputError(where, `two operations have the operationId ${name}`);
    seen.add(name);
  }
  return { operations, server: firstServer(document.servers) };
};

const firstServer = (servers: unknown): string | undefined => {
  const first: unknown = Array.isArray(servers) ? servers[0] : undefined;
  return isRecord(first) && typeof first.url === 'string' && /^https?:/.test(first.url)
    ? first.url
    : undefined;
};

const operationAt = (
  root: Document,
  path: string,
  method: string,
  { shared, operation }: { readonly shared: unknown; readonly operation: Fields },
  readOnly: readonly string[],
): Operation => {
  const name = operation.operationId as string;
  const place = `operation ${name}`;
  const parameters = [...listOf(shared), ...listOf(operation.parameters)].map(given =>
    parameterOf(root, given, place),
  );
  const body = bodyOf(root, operation.requestBody, place);
  // A parameter of the operation takes the place of one of the path.
  const byName = new Map(parameters.map(parameter => [parameter.name, parameter]));
  if (body && byName.has('body'))
    throw new BadInputError(root.where, `${place} has both a body and a parameter of that name`);
  const required = [
    ...[...byName.values()].filter(parameter => parameter.required).map(parameter => parameter.name),
    ...(body?.required ? ['body'] : []),
  ];
  const text = [operation.summary, operation.description].filter(
    part => typeof part === 'string' && part.trim() !== '',
  );
  return {
    name,
    method: method.toUpperCase(),
    tool: {
      description: text.length > 0 ? text.join('. ') : `${method.toUpperCase()} ${path}`,
      readOnly: method === 'get' || method === 'head' || readOnly.includes(name),
      inputSchema: {
        type: 'object',
        properties: {
          ...Object.fromEntries([...byName].map(([key, { schema }]) => [key, schema])),
          ...(body && { body: body.schema }),
        },
        required,
        additionalProperties: false,
      },
    },
    urlOf: (server, input) => addressOf(server, path, [...byName.values()], input),
  };
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const parameterOf = (root: Document, given: unknown, place: string): Parameter => {
  const { name, in: kind, required, schema, description } = resolved(root, given, place);
  if (typeof name !== 'string' || (kind !== 'path' && kind !== 'query' && kind !== 'header'))
    throw new BadInputError(root.where, `${place} has a parameter ${String(name)} in ${String(kind)}`, {
      hint: 'parameters in path, query and header are sent; leave the operation out with only: […]',
    });
  const plain = plainSchema(root, schema ?? {}, `${place}, parameter ${name}`);
  return {
    name,
    in: kind,
    required: required === true || kind === 'path',
    schema: typeof description === 'string' ? { description, ...plain } : plain,
  };
};

const bodyOf = (
  root: Document,
  given: unknown,
  place: string,
): { readonly schema: Fields; readonly required: boolean } | undefined => {
  if (given === undefined) return undefined;
  const { content, required } = resolved(root, given, place);
  const types = isRecord(content) ? Object.keys(content) : [];
  const json = types.find(type => /\bjson\b/.test(type)) ?? types.find(type => type === '*/*');
  if (json === undefined)
    throw new BadInputError(root.where, `${place} takes no JSON, but ${types.join(', ') || 'nothing'}`, {
      hint: 'leave it out of the document: only JSON is sent',
    });
  const { schema } = (content as Fields)[json] as Fields;
  return { schema: plainSchema(root, schema ?? {}, `${place}, body`), required: required === true };
};

const addressOf = (server: string, path: string, parameters: readonly Parameter[], input: JsonObject) => {
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: kind } of parameters) {
    const value = input[name];
    if (value === undefined) continue;
    if (kind === 'path') filled = filled.replaceAll(`{${name}}`, encodeURIComponent(textOf(value)));
    else if (kind === 'header') headers[name] = textOf(value);
    else if (Array.isArray(value))
      for (const each of value as readonly Json[]) query.append(name, textOf(each));
    else query.append(name, textOf(value));
  }
  const url = new URL(`${server.replace(/\/$/, '')}${filled}`);
  for (const [name, value] of query) url.searchParams.append(name, value);
  return { url, headers };
};

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
