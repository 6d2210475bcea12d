/** No request may end the process: an uncaught error here would fail the test that is running. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { type App, guardedApp, route } from './app.ts';
import { jsonText } from './body.ts';
import { type Answered, type Listening, listen } from './listen.ts';
import { exchange, statusesIn } from './raw.testing.ts';

const appWithRoutes = (): App => {
  const app = guardedApp({ key: undefined });
  route(app, '/fine', { GET: context => context.json({ fine: true }) });
  route(app, '/named/:name', { GET: context => context.json({ name: context.req.param('name') }) });
  route(app, '/length', {
    POST: async context => context.json((await jsonText(context.req, 1000)).length),
  });
  route(app, '/broken', {
    GET: () => {
      throw new TypeError('secret detail');
    },
  });
  return app;
};

const host = 'host: localhost\r\n';
const json = `${host}content-type: application/json\r\n`;
const get = (target: string, headers = host): string => `GET ${target} HTTP/1.1\r\n${headers}\r\n`;
const post = (headers: string, body: string): string =>
  `POST /length HTTP/1.1\r\n${json}${headers}\r\n${body}`;

/** Bytes, and the statuses of the answers; none: the connection is closed, or nothing was asked yet. */
const cases: Readonly<Record<string, readonly [string, readonly number[]]>> = {
  'two slashes': [get('//'), [404]],
  'no address': [get('http://[/'), [404]],
  'an address elsewhere': [get('http://evil.example/fine'), [200]],
  'only a star': [`OPTIONS * HTTP/1.1\r\n${host}\r\n`, [404]],
  'an escape that is none': [get('/named/%E0%A4%A'), [200]],
  'a null byte': [get('/named/%00'), [200]],
  'a raw null byte': [get('/na\0med'), [400]],
  'a backslash': [get('/\\..\\secret'), [404]],
  'a path that climbs': [get('/../../etc/passwd'), [404]],
  'a very long path': [get(`/${'a'.repeat(100_000)}`), [431]],
  'a very long header': [get('/fine', `${host}x-long: ${'a'.repeat(100_000)}\r\n`), [431]],
  'very many headers': [get('/fine', `${host}${'a: b\r\n'.repeat(20_000)}`), [431]],
  'a header without a name': [get('/fine', `${host}: nothing\r\n`), [400]],
  'a header with a control character': [get('/fine', `${host}x: a\x01b\r\n`), [400]],
  'two hosts': [get('/fine', `${host}host: evil.example\r\n`), [403]],
  'no host': [get('/fine', ''), [400]],
  'no host in the old protocol': ['GET /fine HTTP/1.0\r\n\r\n', [403]],
  'a host that is none': [get('/fine', 'host: [[[\r\n'), [404]],
  'a host with a user': [get('/fine', 'host: localhost@evil.example\r\n'), [404]],
  'another host': [get('/fine', 'host: evil.example\r\n'), [403]],
  'an origin that is none': [get('/fine', `${host}origin: null\r\n`), [403]],
  'a method that is none': [`JUMP /fine HTTP/1.1\r\n${host}\r\n`, [400]],
  'a method of elsewhere': [`TRACE /fine HTTP/1.1\r\n${host}\r\n`, [405]],
  'a tunnel': [`CONNECT evil.example:80 HTTP/1.1\r\n${host}\r\n`, []],
  'an upgrade': [get('/fine', `${host}connection: upgrade\r\nupgrade: websocket\r\n`), [200]],
  'an expectation': [get('/fine', `${host}expect: wonders\r\n`), [417]],
  'another version': [`GET /fine HTTP/9.9\r\n${host}\r\n`, [400]],
  'another protocol': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
  'half a request': ['GET /fi', []],
  'a length that is none': [post('content-length: many\r\n', '{}'), [400]],
  'a negative length': [post('content-length: -1\r\n', '{}'), [400]],
  'two lengths': [post('content-length: 2\r\ncontent-length: 3\r\n', '{}'), [400]],
  'a length beside chunks': [
    post('content-length: 2\r\ntransfer-encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'),
    [400],
  ],
  'a coding that is none': [post('transfer-encoding: sideways\r\n', '{}'), [400]],
  'a chunk size that is none': [post('transfer-encoding: chunked\r\n', 'zz\r\n{}\r\n'), [400]],
  'a chunk that is longer than it says': [
    post('transfer-encoding: chunked\r\n', '1\r\n{}\r\n0\r\n\r\n'),
    [400],
  ],
  'a chunked body': [post('transfer-encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'), [200]],
  'a body that says it is huge': [post('content-length: 99999999999999\r\n', '{}'), [413]],
  'a body that is too long': [post('content-length: 1001\r\n', 'x'.repeat(1001)), [413]],
  'chunks that are too long': [
    post('transfer-encoding: chunked\r\n', `7d0\r\n${'x'.repeat(2000)}\r\n`),
    [413],
  ],
  'a body that never comes': [post('content-length: 100\r\n', '{'), []],
  'a bug of ours': [get('/broken'), [500]],
  'requests in a row, then junk': [`${get('/fine')}${get('/fine')}junk\r\n\r\n`, [400]],
};

describe('whatever arrives, it is answered or its connection closed, and the server goes on', () => {
  const answered: Answered[] = [];
  let server: Listening;
  before(async () => {
    server = await listen(appWithRoutes(), { onRequest: request => answered.push(request) });
  });
  after(() => server.close());
  const stillThere = async (): Promise<void> => {
    const { status } = await fetch(`${server.url}/fine`);
    assert.equal(status, 200);
  };

  it('with bytes that make no sense', async () => {
    const statuses = await Promise.all(
      Object.entries(cases).map(async ([name, [bytes, { length: answers }]]) => {
        const answer = await exchange(server.url, Buffer.from(bytes, 'latin1'), { answers });
        assert.ok(!answer.includes('secret detail'));
        return [name, statusesIn(answer)];
      }),
    );
    const expected = Object.entries(cases).map(([name, [, status]]) => [name, status]);
    assert.deepEqual(Object.fromEntries(statuses), Object.fromEntries(expected));
    await stillThere();
  });

  it('with clients that leave, or close their side, at any byte', async () => {
    const whole = post('content-length: 20\r\n', `"${'x'.repeat(18)}"`);
    const lengths = Array.from({ length: 12 }, (_, i) => Math.ceil((whole.length * (i + 1)) / 12));
    await Promise.all(
      lengths.flatMap(length =>
        [{ abort: true }, { halfClose: true }].map(how => exchange(server.url, whole.slice(0, length), how)),
      ),
    );
    const [closed] = statusesIn(await exchange(server.url, whole, { halfClose: true }));
    assert.equal(closed, 200);
    await stillThere();
  });

  it('with any bytes after a request line', async () => {
    const line = fc.constantFrom(
      '',
      'GET ',
      'GET /fine HTTP/1.1\r\n',
      `POST /length HTTP/1.1\r\n${json}`,
      get('/fine'),
    );
    await fc.assert(
      fc.asyncProperty(line, fc.uint8Array({ maxLength: 200 }), async (start, bytes) => {
        await exchange(server.url, Buffer.concat([Buffer.from(start), bytes]), { halfClose: true });
      }),
      { numRuns: 60 },
    );
    await stillThere();
  });

  it('and tells of every request that it could read, with its path', () => {
    assert.ok(answered.some(({ path, status }) => path === '//' && status === 404));
    assert.ok(answered.some(({ path, status }) => path === '/length' && status === 499));
  });
});

describe('every answer', () => {
  it('forbids browsers to guess its type, to embed it and to keep it, unless its server says otherwise', async () => {
    const server = await listen(appWithRoutes(), { headers: { 'cache-control': 'max-age=1' } });
    try {
      for (const path of ['/fine', '/elsewhere', '//']) {
        const { headers } = await fetch(`${server.url}${path}`);
        assert.equal(headers.get('x-content-type-options'), 'nosniff');
        assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
        assert.equal(headers.get('cache-control'), 'max-age=1');
      }
    } finally {
      await server.close();
    }
  });
});
