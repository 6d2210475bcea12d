/** `openApiTools`: the operations of an OpenAPI document as tools of sessions, called over HTTP. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { BadInputError, JuxtaError, messageOf } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { OwnTask } from '../define/task.ts';
import { EnvironmentFault } from '../environment.ts';
import type { SessionContext, SessionTools } from '../sessions/session.ts';
import { type Operation, operationsOf } from './open-api-operations.ts';

/** Where a session's calls go. */
export interface ApiAccess {
  /** Default: the document's first server. */
  readonly server?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Which operations are tools, where calls go, and what keeps sessions apart. */
export interface OpenApiOptions extends ApiAccess {
  /** Tools that the agent is given, by `operationId` (default: all that have one). */
  readonly only?: readonly string[];
  /** Operations that change nothing, besides those that are asked for by GET or HEAD. */
  readonly readOnly?: readonly string[];
  /** A world of its own for each session: an address, an account, a tenant. */
  readonly session?: (
    task: OwnTask,
    context: SessionContext,
  ) => (ApiAccess & { close?(): unknown }) | Promise<ApiAccess & { close?(): unknown }>;
  /** Empties the one world there is. There is then one session at a time. */
  readonly reset?: (context: SessionContext) => unknown;
}

/**
 * A tool for each `operationId`, with its parameters by name and what is sent in `body`. GET is `readOnly`. The result is
 * `{ status, body }`; one of 400 or more was refused, so it reaches no goal. A server that is busy or gone (429, 502, 503,
 * 504) is an `environment-fault`.
 * @param document parsed, or the path of a JSON or YAML file
 * @example
 * export default sessionEnvironment({
 *   name: 'shop',
 *   systemPrompt: 'You help customers of a shop.',
 *   tasks: tasksFrom('tasks.jsonl'),
 *   ...openApiTools('shop.yaml', { reset: () => fetch('http://localhost:8080/reset', { method: 'POST' }) }),
 * });
 * @throws BadInputError if the document cannot be read
 * @throws JuxtaError `bad-environment` if operations write and nothing keeps sessions apart
 */
export const openApiTools = (document: string | object, options: OpenApiOptions = {}): SessionTools => {
  const { only, session, reset } = options;
  const where = typeof document === 'string' ? document : 'the OpenAPI document';
  const read = typeof document === 'string' ? readDocument(document) : document;
  const { operations, server } = operationsOf(read, where, options.readOnly ?? []);
  const unknown = only?.find(name => !operations.some(operation => operation.name === name));
  if (unknown !== undefined)
    throw new BadInputError(where, `has no operation ${unknown}`, {
      hint: `its operations are ${operations.map(({ name }) => name).join(', ')}`,
    });
  const chosen = new Map(
    operations
      .filter(({ name }) => !only || only.includes(name))
      .map(operation => [operation.name, operation]),
  );
  const writes = [...chosen.values()].find(({ tool }) => !tool.readOnly);
  if (writes && !session && !reset)
    throw new JuxtaError(
      'bad-environment',
      `${writes.name} may write, and nothing keeps the sessions of ${where} apart`,
      {
        hint: 'session: task => ({ server or headers of a world of its own }), or reset: () => … if there is one world, or only: [what reads]',
      },
    );
  return {
    tools: Object.fromEntries([...chosen].map(([name, { tool }]) => [name, tool])),
    ...(!session && reset && { most: 1 }),
    ...(!session && !reset && { shared: true }),
    open: async (task, context) => {
      const own = await session?.(task, context);
      await reset?.(context);
      const access = {
        server: own?.server ?? options.server ?? server,
        headers: { ...options.headers, ...own?.headers },
      };
      if (access.server === undefined)
        throw new EnvironmentFault(
          `${where} names no server, and none is given: openApiTools(…, { server: 'http://…' })`,
        );
      return {
        call: (name, input, { signal }) =>
          request(chosen.get(name)!, input, access as Required<ApiAccess>, signal),
        close: () => own?.close?.(),
        ...(reset && { reset }),
      };
    },
  };
};

const readDocument = (path: string): unknown => {
  try {
    return parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new BadInputError(path, `cannot be read as an OpenAPI document: ${messageOf(cause)}`, { cause });
  }
};

/** Says that somebody else should be asked, or later. */
const NOT_NOW: readonly number[] = [429, 502, 503, 504];

const request = async (
  { method, urlOf, name }: Operation,
  input: JsonObject,
  { server, headers }: Required<ApiAccess>,
  signal: AbortSignal,
): Promise<unknown> => {
  const { url, headers: asked } = urlOf(server, input);
  const response = await fetch(url, {
    method,
    signal,
    headers: {
      accept: 'application/json',
      ...headers,
      ...asked,
      ...(input.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
  });
  const text = await response.text();
  const { status } = response;
  if (NOT_NOW.includes(status))
    throw new EnvironmentFault(`${name} answered ${status}: ${text.slice(0, 300)}`);
  const result = { status, body: bodyOf(text) };
  if (status >= 400) throw new Error(JSON.stringify(result));
  return result;
};

const bodyOf = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
