/** Real servers: processes of a till, and one behind an address. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { toolCall } from '../../dialogue/message.ts';
import { called, state } from '../define/goals.ts';
import { environmentConformance } from '../environment.conformance.ts';
import { type Environment, EnvironmentFault } from '../environment.ts';
import { type McpEnvironment, mcpEnvironment } from './environment.ts';
import { type Trouble, tillServer } from './till-server.testing.ts';

const script = fileURLToPath(new URL('./till-server.testing.ts', import.meta.url));
const till = (trouble: Trouble = 'none', env: Readonly<Record<string, string>> = {}) => ({
  command: process.execPath,
  args: [script],
  env: { ...env, TROUBLE: trouble },
});

const open = (more: Partial<McpEnvironment<{ total: number }>> = {}): Promise<Environment> =>
  mcpEnvironment<{ total: number }, unknown>({
    name: 'till',
    systemPrompt: 'You add.',
    tasks: [{ id: 'a', split: 'train', instructions: 'x', goals: [called('add', { n: 2 }), called('read')] }],
    server: till(),
    ...more,
  }).open({});

const call = (name: string, input: object = {}) => toolCall('c', name, JSON.stringify(input));
const add = (n: number) => call('add', { n });

const play = async (
  environment: Environment,
  from: unknown,
  ...calls: readonly ReturnType<typeof call>[]
) => {
  const [task] = environment.tasks('train');
  let at = from ?? environment.start(task!);
  const outputs: string[] = [];
  for (const one of calls) {
    const { state, record } = await environment.call(task!, at, one);
    at = state;
    outputs.push(record.output);
  }
  return { state: at, outputs };
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('an MCP server that is a process', () => {
  it('has a process, a folder and variables for each session, and none of them afterwards', async () => {
    const folders: string[] = [];
    const environment = await open({
      server: ({ folder, task }) => {
        folders.push(folder);
        return { ...till('none', { TILL: task?.id ?? 'none' }), cwd: folder };
      },
    });
    const fork = await play(environment, undefined, add(1));
    const [left, right] = await Promise.all([
      play(environment, fork.state, call('where'), add(2)),
      play(environment, fork.state, call('where'), add(3)),
    ]);
    const [one, two] = [left, right].map(
      ({ outputs }) => JSON.parse(outputs[0]!) as [pid: number, till: string, cwd: string],
    );
    assert.deepEqual([left.outputs[1], right.outputs[1]], ['3', '4']);
    assert.notEqual(one![0], two![0]);
    assert.notEqual(one![2], two![2]);
    assert.equal(one![1], 'a');
    await environment.dispose?.();
    for (const [pid] of [one!, two!]) assert.equal(isAlive(pid), false);
    for (const folder of folders) assert.equal(existsSync(folder), false, folder);
  });

  it('lets the model read what a tool complains of, what is wrong with its arguments, and that an image is one', async () => {
    const environment = await open();
    const calls = [add(-1), call('add', { n: 'x' }), add(1), call('receipt')];
    const { outputs, state: end } = await play(environment, undefined, ...calls);
    assert.match(outputs[0]!, /no less than nothing/);
    assert.match(outputs[1]!, /n: must be number/);
    assert.deepEqual(outputs.slice(2), ['1', '[image that cannot be shown: image/png, 9 bytes]']);
    const sold = await play(environment, end, call('sell'));
    // The server changes its tools half-way.
    await assert.rejects(play(environment, sold.state, call('sell')), {
      name: 'EnvironmentFault',
      message: /changed its tools half-way \(sell\)/,
    });
    await environment.dispose?.();
  });

  it('sets tasks up, empties a till that can be emptied, and judges by what the server says', async () => {
    const environment = await open({
      isolation: { reset: 'empty' },
      setUp: () => [{ tool: 'add', arguments: { n: 10 } }],
      stateFrom: 'read',
      goals: () => [state(({ total }) => total === 12)],
      sessions: 1,
    });
    assert.equal(
      environment.tools.some(({ name }) => name === 'empty'),
      false,
    );
    const fork = await play(environment, undefined, add(1));
    await play(environment, fork.state, add(5));
    const { outputs, state: end } = await play(environment, fork.state, add(1));
    assert.deepEqual(outputs, ['12']);
    const [task] = environment.tasks('train');
    assert.equal(environment.outcome(task!, end, []), 1);
    assert.equal(environment.counts!()['sessions opened'], 1);
    await environment.dispose?.();
  });

  for (const [title, tool, message, more] of [
    ['dies', 'die', /failed at a call of die: .*it wrote: .*out of paper/s, {}],
    ['hangs', 'hang', /the tool hang took too long/, { timeoutSeconds: 2, openSeconds: 60 }],
  ] as const)
    it(`takes a server that ${title} for a fault, and goes on with another`, async () => {
      const environment = await open(more);
      const fork = await play(environment, undefined, add(1));
      await assert.rejects(play(environment, fork.state, call(tool)), (thrown: unknown) => {
        assert.ok(thrown instanceof EnvironmentFault, String(thrown));
        assert.match(thrown.message, message);
        return true;
      });
      assert.deepEqual((await play(environment, fork.state, add(1))).outputs, ['2']);
      await environment.dispose?.();
    });

  for (const [title, given, code, message] of [
    [
      'that does not exist',
      { server: { command: 'no-such-server' } },
      'mcp-server',
      /no-such-server did not start: .*ENOENT/,
    ],
    [
      'that fails at once',
      { server: till('start') },
      'mcp-server',
      /did not start: .*it wrote: no till is connected/s,
    ],
    [
      'that never answers',
      { server: till('silence'), timeoutSeconds: 0.5 },
      'mcp-server',
      /did not start: .*timed out/i,
    ],
    [
      'without the tool of a goal',
      { only: ['read'] },
      'bad-input',
      /task a, field goals\[0\]: there is no tool add/,
    ],
    [
      'without a tool that is named',
      { only: ['fly'] },
      'bad-environment',
      /names a tool fly, which the server does not have/,
    ],
    [
      'at an address, with nothing to keep sessions apart',
      { server: { url: 'http://127.0.0.1:9/mcp' } },
      'mcp-server',
      /at http:\/\/127\.0\.0\.1:9\/mcp did not start/,
    ],
  ] as const)
    it(`is told of a server ${title} before anybody plays`, async () => {
      await assert.rejects(open(given as never), { code, message });
    });

  it('offers nothing that writes where nothing is to be written, and needs one session for all', async () => {
    const environment = await open({ isolation: 'read-only', goals: () => [called('read')] });
    assert.deepEqual(
      environment.tools.map(({ name, description }) => [name, description]),
      [['read', 'read']],
    );
    await play(environment, undefined, call('read'), call('read'));
    assert.equal(environment.counts!()['sessions opened'], 1);
    await environment.dispose?.();
  });
});

describe('an MCP server behind an address', () => {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const handle = async (request: Request): Promise<Response> => {
    const known = sessions.get(request.headers.get('mcp-session-id') ?? '');
    if (known) return known.handleRequest(request);
    if (request.headers.get('authorization') !== 'Bearer t')
      return new Response('who are you?', { status: 401 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => {
        sessions.set(id, transport);
      },
      onsessionclosed: id => {
        sessions.delete(id);
      },
    });
    await tillServer().connect(transport);
    return transport.handleRequest(request);
  };
  const http = createServer(getRequestListener(handle));
  const server = { url: '', headers: { authorization: 'Bearer t' } };
  before(async () => {
    await new Promise<void>(done => http.listen(0, '127.0.0.1', done));
    server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  });
  after(async () => {
    http.closeAllConnections();
    await new Promise(done => http.close(done));
  });

  environmentConformance('a till at an address', {
    open: () => open({ server, isolation: 'connection', only: ['add', 'read'] }),
  });

  it('plays in a connection for each session, and takes leave of every one', async () => {
    const environment = await open({ server, isolation: 'connection', sessions: 2 });
    const fork = await play(environment, undefined, add(1), add(2));
    const ends = await Promise.all([10, 20, 30].map(n => play(environment, fork.state, add(n))));
    assert.deepEqual(
      ends.map(({ outputs }) => outputs[0]),
      ['13', '23', '33'],
    );
    assert.equal(environment.counts!()['sessions at once, at most'], 2);
    await environment.dispose?.();
    assert.equal(sessions.size, 0);
  });

  it('asks what keeps its sessions apart, and has one at a time where a tool empties one world', async () => {
    await assert.rejects(open({ server }), {
      code: 'bad-environment',
      message: /does not say what keeps its sessions apart/,
    });
    const definition = mcpEnvironment({
      name: 'till',
      systemPrompt: 'x',
      tasks: [],
      server,
      isolation: { reset: 'empty' },
    });
    assert.equal(definition.sessions, 1);
  });

  it('is told of a server that does not let it in', async () => {
    await assert.rejects(open({ server: { url: server.url }, isolation: 'connection' }), {
      code: 'mcp-server',
      message: /did not start: .*401|who are you/s,
    });
  });

  it('takes a server that is gone for a fault', async () => {
    const environment = await open({ server, isolation: 'connection' });
    const fork = await play(environment, undefined, add(1));
    http.closeAllConnections();
    await new Promise(done => http.close(done));
    await assert.rejects(play(environment, fork.state, add(1)), { name: 'EnvironmentFault' });
    await environment.dispose?.();
  });
});
