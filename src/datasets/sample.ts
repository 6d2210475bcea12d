import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { DataSet } from './data-set.ts';

/** Git's id of a content. */
export const blobOf = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** Large enough to arrive in several chunks. */
export const big = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
export const small = Buffer.from('{"a": 1}\n');

/** A small data set for tests. */
export const dataSet: DataSet = {
  name: 'sample',
  folder: 'sample',
  licence: 'none',
  files: [
    { repository: 'o/r', commit: 'c1', path: 'data/big.zip', target: 'big.zip', blob: blobOf(big) },
    {
      repository: 'o/r',
      commit: 'c1',
      path: 'db/small.json',
      target: 'inner/small.json',
      blob: blobOf(small),
    },
  ],
  inPlaceOf: { 'big.zip': 'data.json' },
};

/** A folder that is gone when the test ends. */
export const emptyFolder = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-data-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
};

/** A host of some files, by their URLs, that knows ranges. */
export const hostOf =
  (file: (url: string) => Buffer | undefined): RequestListener =>
  (request, response) => {
    const bytes = file(request.url ?? '');
    if (!bytes) return void response.writeHead(404).end();
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start === 0) return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    if (start >= bytes.length) {
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    }
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': bytes.length - start });
    response.end(bytes.subarray(start));
  };

/** A server on this machine while the test runs: its URL. */
export const serve = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
