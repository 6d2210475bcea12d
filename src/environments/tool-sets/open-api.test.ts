/** A real server on this machine, described by a document of OpenAPI 3.0. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { toolCall } from '../../dialogue/message.ts';
import { called } from '../define/goals.ts';
import { environmentConformance } from '../environment.conformance.ts';
import { type Environment, EnvironmentFault } from '../environment.ts';
import { sessionEnvironment } from '../sessions/environment.ts';
import { type OpenApiOptions, openApiTools } from './open-api.ts';

const order = { $ref: '#/components/schemas/Order' };
const document = {
  openapi: '3.0.3',
  info: { title: 'shop', version: '1' },
  paths: {
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: { operationId: 'get_order', summary: 'Gets an order.', responses: {} },
      put: {
        operationId: 'put_order',
        description: 'Writes an order.',
        requestBody: { required: true, content: { 'application/json': { schema: order } } },
        responses: {},
      },
      patch: { summary: 'has no operationId', responses: {} },
    },
    '/orders': {
      get: {
        operationId: 'list_orders',
        parameters: [
          {
            name: 'tag',
            in: 'query',
            description: 'Any of these.',
            schema: { type: 'array', items: { type: 'string' } },
          },
          { $ref: '#/components/parameters/Language' },
        ],
        responses: {},
      },
    },
    '/trouble': { get: { operationId: 'trouble', responses: {} } },
  },
  components: {
    parameters: { Language: { name: 'x-language', in: 'header', schema: { type: 'string' } } },
    schemas: {
      Order: {
        type: 'object',
        required: ['total'],
        properties: {
          total: { type: 'number', minimum: 0, exclusiveMinimum: true },
          note: { type: 'string', nullable: true, example: 'fragile' },
          parts: { type: 'array', items: { $ref: '#/components/schemas/Order' } },
        },
      },
    },
  },
};

describe('the operations of an OpenAPI document', () => {
  /** A world for each tenant. */
  const worlds = new Map<string, Map<string, unknown>>();
  const asked: string[] = [];
  const http = createServer(async (request, response) => {
    const tenant = String(request.headers['x-tenant'] ?? '');
    const world = worlds.get(tenant) ?? new Map<string, unknown>();
    worlds.set(tenant, world);
    const url = new URL(request.url!, 'http://x');
    asked.push(`${request.method} ${url.pathname}${url.search} ${request.headers['x-language'] ?? ''}`);
    const body = (await Array.fromAsync(request)).join('');
    const answer = (status: number, value?: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value === undefined ? '' : JSON.stringify(value));
    };
    const id = decodeURIComponent(url.pathname.split('/')[2] ?? '');
    if (url.pathname === '/trouble') return answer(503, 'later');
    if (url.pathname === '/orders') return answer(200, [...world.keys()]);
    if (request.method === 'PUT') {
      world.set(id, JSON.parse(body));
      return answer(201, { id, orders: world.size });
    }
    return world.has(id) ? answer(200, world.get(id)) : answer(404, { error: 'There is no such order.' });
  });
  let server = '';
  before(async () => {
    await new Promise<void>(done => http.listen(0, '127.0.0.1', done));
    server = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  });
  after(() => {
    http.closeAllConnections();
    http.close();
  });

  let tenants = 0;
  const perSession = (): OpenApiOptions => ({
    server,
    session: () => {
      const tenant = `t${++tenants}`;
      return { headers: { 'x-tenant': tenant }, close: () => worlds.delete(tenant) };
    },
  });

  const open = (
    options: OpenApiOptions = perSession(),
    given: string | object = document,
  ): Promise<Environment> =>
    sessionEnvironment({
      name: 'shop',
      systemPrompt: 'You sell.',
      tasks: [
        {
          id: 'a',
          split: 'train',
          instructions: 'x',
          goals: [called('get_order', { id: 'W1' }), called('put_order', { id: 'W1', body: { total: 2 } })],
        },
      ],
      ...openApiTools(given, options),
      ...(options.only && { goals: () => options.only!.map(name => called(name)) }),
    }).open({});

  const play = async (environment: Environment, from: unknown, name: string, input: object = {}) => {
    const [task] = environment.tasks('train');
    const at = from ?? environment.start(task!);
    const { state, record } = await environment.call(task!, at, toolCall('c', name, JSON.stringify(input)));
    const reached = environment.reached(task!, environment.goals(task!), {
      calls: [record],
      state,
      said: [],
    });
    return { state, output: record.output, reached: reached.map(({ id }) => id) };
  };

  const { '/trouble': _, ...paths } = document.paths;
  environmentConformance('a shop', { open: () => open(perSession(), { ...document, paths }) });

  it('are tools by their operationId, with plain schemas; what is asked for by GET only reads', async () => {
    const { tools } = await open();
    assert.deepEqual(
      tools.map(({ name, description, mutating }) => [name, description, mutating]),
      [
        ['get_order', 'Gets an order.', false],
        ['put_order', 'Writes an order.', true],
        ['list_orders', 'GET /orders', false],
        ['trouble', 'GET /trouble', false],
      ],
    );
    assert.deepEqual(tools[1]!.parameters, {
      type: 'object',
      properties: {
        id: { type: 'string' },
        body: {
          type: 'object',
          required: ['total'],
          properties: {
            total: { type: 'number', exclusiveMinimum: 0 },
            note: { type: ['string', 'null'] },
            parts: { type: 'array', items: {} },
          },
        },
      },
      required: ['id', 'body'],
      additionalProperties: false,
    });
  });

  it('answer with status and body, and are sent what the document says, where it says', async () => {
    const environment = await open();
    const put = await play(environment, undefined, 'put_order', {
      id: 'W 1/2',
      body: { total: 3, note: null },
    });
    assert.equal(put.output, '{"status":201,"body":{"id":"W 1/2","orders":1}}');
    const got = await play(environment, put.state, 'get_order', { id: 'W 1/2' });
    assert.equal(got.output, '{"status":200,"body":{"total":3,"note":null}}');
    await play(environment, put.state, 'list_orders', { tag: ['new', 'red'], 'x-language': 'en' });
    assert.equal(asked.at(-1), 'GET /orders?tag=new&tag=red en');
    const wrong = await play(environment, put.state, 'put_order', { id: 'W1', body: { total: 0 } });
    assert.match(wrong.output, /arguments of put_order are wrong: body\.total: must be > 0/);
    await environment.dispose?.();
    assert.equal(worlds.has(`t${tenants}`), false);
  });

  it('reach no goal with what was refused, and are a fault where the server is busy or gone', async () => {
    const environment = await open();
    const missing = await play(environment, undefined, 'get_order', { id: 'W1' });
    assert.equal(missing.output, '{"status":404,"body":{"error":"There is no such order."}}');
    assert.deepEqual(missing.reached, []);
    await assert.rejects(play(environment, undefined, 'trouble'), (thrown: unknown) => {
      assert.ok(thrown instanceof EnvironmentFault);
      assert.match(thrown.message, /trouble answered 503: "later"/);
      return true;
    });
    await environment.dispose?.();
    const nowhere = await open({ ...perSession(), server: 'http://127.0.0.1:9' });
    await assert.rejects(play(nowhere, undefined, 'list_orders'), { name: 'EnvironmentFault' });
    await nowhere.dispose?.();
  });

  it('play in one world, one session at a time, where it can be emptied', async () => {
    const options = { server, headers: { 'x-tenant': 'all' }, reset: () => worlds.delete('all') };
    const environment = await open(options);
    const fork = await play(environment, undefined, 'put_order', { id: 'W1', body: { total: 1 } });
    await play(environment, fork.state, 'put_order', { id: 'W2', body: { total: 1 } });
    const other = await play(environment, fork.state, 'put_order', { id: 'W3', body: { total: 1 } });
    assert.equal(other.output, '{"status":201,"body":{"id":"W3","orders":2}}');
    assert.equal(environment.counts!()['sessions at once, at most'], 1);
    await environment.dispose?.();
  });

  it('are read from a file, and need nothing to keep them apart where all of them read', async t => {
    const folder = mkdtempSync(join(tmpdir(), 'juxta-open-api-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'shop.yaml');
    writeFileSync(file, stringify({ ...document, servers: [{ url: server }] }));
    const environment = await open({ only: ['list_orders'] }, file);
    assert.equal((await play(environment, undefined, 'list_orders')).output, '{"status":200,"body":[]}');
    await environment.dispose?.();
  });

  for (const [title, given, options, message] of [
    ['that is none', { swagger: '2.0' }, {}, /is no OpenAPI document of version 3/],
    ['that is not there', '/nowhere/shop.yaml', {}, /\/nowhere\/shop\.yaml: cannot be read/],
    [
      'whose tools may write, with nothing to keep sessions apart',
      document,
      {},
      /put_order may write, and nothing keeps/,
    ],
    ['without an operation that is named', document, { only: ['fly'] }, /has no operation fly/],
    [
      'with a reference into nothing',
      {
        openapi: '3.1.0',
        paths: { '/a': { get: { operationId: 'a', parameters: [{ $ref: '#/components/parameters/No' }] } } },
      },
      {},
      /operation a: the reference #\/components\/parameters\/No leads nowhere/,
    ],
    [
      'with a body that is no JSON',
      {
        openapi: '3.1.0',
        paths: { '/a': { post: { operationId: 'a', requestBody: { content: { 'text/csv': {} } } } } },
      },
      {},
      /operation a takes no JSON, but text\/csv/,
    ],
    [
      'with two operations of one name',
      {
        openapi: '3.1.0',
        paths: { '/a': { get: { operationId: 'a' } }, '/b': { get: { operationId: 'a' } } },
      },
      {},
      /two operations have the operationId a/,
    ],
  ] as const)
    it(`are told of a document ${title}`, () => {
      assert.throws(() => openApiTools(given, options), { message });
    });
});
