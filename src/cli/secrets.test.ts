/** Keys in the environment go to their endpoint and nowhere else. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEndpoint } from './endpoint.testing.ts';
import { type Ended, juxta, temporaryFolder } from './testing.ts';

const variableOf = (baseUrl: string): string => `JUXTA_KEY_${new URL(baseUrl).host.replaceAll(/[.:]/g, '_')}`;

/** Every byte that a folder's files hold, and what was printed. */
const everythingIn = (folder: string, ended: readonly Ended[]): string =>
  [
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1')),
    ...ended.flatMap(({ stdout, stderr }) => [stdout, stderr]),
  ].join('\n');

test('a key is in no store, log, report, data set or message', async t => {
  const key = 'sk-this-is-the-secret-of-the-endpoint';
  const other = 'sk-this-is-a-key-of-somebody-else';
  const endpoint = await startEndpoint(t, { key, faults: { 'error-500': 0.1, truncated: 0.1 } });
  const folder = temporaryFolder(t);
  const variables = { [variableOf(endpoint.baseUrl)]: key, OPENAI_API_KEY: other, ANTHROPIC_API_KEY: other };
  Object.assign(process.env, variables);
  t.after(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
  });
  const quick = ['--retry-wait', '0.01', '--json'];
  const ended = [
    await juxta(folder, 'rollout', ...endpoint.options, ...quick),
    await juxta(folder, 'evaluate', ...endpoint.options.slice(0, 6), ...quick, '--split', 'train'),
    await juxta(folder, 'export', '--run', 'rollout-1', '--out', 'data', '--provenance', '--min-reward', '0'),
    await juxta(folder, 'runs', '--json'),
  ];
  for (const { code, stderr } of ended) assert.equal(code, 0, stderr);
  const everything = everythingIn(folder, ended);
  assert.ok(everything.includes('search_hotel'), 'nothing was found to search in');
  assert.ok(!everything.includes(key) && !everything.includes(other));
});

test('a key in .env that an endpoint throws back at us is not repeated, and no other endpoint gets it', async t => {
  const key = 'sk-thrown-back';
  const seen: IncomingHttpHeaders[] = [];
  const listen = async (): Promise<string> => {
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `wrong: ${request.headers.authorization}` } }));
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    t.after(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  };
  const [own, foreign] = [await listen(), await listen()];
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, '.env'), `${variableOf(own)}=${key}\n`);
  const rollout = (baseUrl: string) =>
    juxta(folder, 'rollout', '--model', `${baseUrl}#m`, '--tasks', '1', '--json');
  const ended = [await rollout(own), await rollout(foreign)];
  assert.deepEqual(
    seen.map(headers => headers.authorization === `Bearer ${key}`),
    seen.map((_, i) => i === 0),
  );
  for (const { code, stderr } of ended) {
    assert.equal(code, 1);
    assert.match(stderr, /HTTP 401: wrong/);
  }
  const [told] = ended;
  assert.match(told!.stderr, /\[key\]/);
  writeFileSync(join(folder, '.env'), '');
  assert.ok(!everythingIn(folder, ended).includes(key));
});
