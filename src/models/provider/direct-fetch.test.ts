import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('requests go through the proxy of the environment, but not to hosts that are excepted', async () => {
  const seen: string[] = [];
  const proxy = createServer((incoming, response) => {
    seen.push(incoming.url!);
    response.end('from the proxy');
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const module = JSON.stringify(new URL('./direct-fetch.ts', import.meta.url).href);
  const ask = async (environment: Readonly<Record<string, string>>): Promise<string> => {
    const script = `const { directFetch } = await import(${module});
      console.log(await directFetch('http://endpoint.invalid/v1').then(answer => answer.text(), thrown => thrown.code));`;
    const env = { PATH: process.env.PATH, ...environment };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env,
    });
    return stdout.trim();
  };
  try {
    const HTTP_PROXY = `http://127.0.0.1:${port}`;
    assert.equal(await ask({ HTTP_PROXY }), 'from the proxy');
    assert.deepEqual(seen, ['http://endpoint.invalid/v1']);
    assert.match(await ask({ HTTP_PROXY, NO_PROXY: 'endpoint.invalid' }), /^(ENOTFOUND|EAI_AGAIN)$/);
  } finally {
    proxy.closeAllConnections();
    await new Promise(resolve => proxy.close(resolve));
  }
});
