import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  juxta,
  objectOf,
  program,
  shared,
  startProgram,
  temporaryFolder,
  withoutShared,
} from '../testing.ts';

describe('juxta data pull', { skip: withoutShared }, () => {
  const folder = temporaryFolder({ after });
  const zip = join(shared, 'data', 'multiwoz-2.1', 'MultiWOZ_2.1_val_test.zip');
  const published: Record<string, string> = {
    'MultiWOZ_2.1.zip': zip,
    'question.jsonl': join(shared, 'data', 'mt-bench', 'question.jsonl'),
    'judge_prompts.jsonl': join(shared, 'data', 'mt-bench', 'judge_prompts.jsonl'),
    'gpt-4.jsonl': join(shared, 'data', 'mt-bench', 'reference_answer', 'gpt-4.jsonl'),
  };
  let host = '';
  let breaksOff = false;

  /** A mirror that knows ranges, and that can be told to break off in the middle of a file. */
  const mirror: RequestListener = (request, response) => {
    const file = published[basename(request.url ?? '')];
    if (!file) return void response.writeHead(404).end();
    const bytes = readFileSync(file);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (!breaksOff) return void response.end(bytes.subarray(from));
    response.write(bytes.subarray(from, bytes.length / 2), () => response.destroy());
  };
  const server = createServer(mirror);
  before(async () => {
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  test('takes a local copy, and what it fetched is then played', async () => {
    const { code, stdout, stderr } = await juxta(folder, 'data', 'pull', 'toolwoz', '--from', zip);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^hotel_db\.json {2}copied, checked$/m);
    assert.match(stdout, /^toolwoz is in \.juxta\/data\/multiwoz-2\.1 \(licence: MIT/m);
    const play = 'evaluate --environment toolwoz --agent script --tasks 2 --threads 1 --json'.split(' ');
    const command = ['JUXTA_SHARED=/nowhere', process.execPath, program, ...play];
    const played = await startProgram(folder, 'env', ...command).ended;
    assert.equal((objectOf(played).greedy as { n: number }).n, 2, played.stderr);
  });

  test('takes a mirror, and checks what comes', async () => {
    const ended = await juxta(folder, 'data', 'pull', 'mt-bench', '--from', host, '--to', 'bench');
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /^question\.jsonl {2}downloaded, checked$/m);
    assert.ok(existsSync(join(folder, 'bench', 'reference_answer', 'gpt-4.jsonl')));
    const again = await juxta(folder, 'data', 'pull', 'mt-bench', '--from', host, '--to', 'bench');
    assert.match(again.stdout, /^question\.jsonl {2}present, checked$/m);
  });

  test('goes on after a broken download, refuses other bytes, and says what to do without a network', async () => {
    const pull = ['data', 'pull', 'toolwoz', '--to', 'half', '--from'];
    breaksOff = true;
    const broken = await juxta(folder, ...pull, host);
    breaksOff = false;
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /^error: .*broke off after \d+ bytes.*\n {2}.*run the same command again/m);
    const other = await juxta(folder, ...pull, host);
    assert.equal(other.code, 1);
    // The rest came, and only then it showed that these are not the published bytes.
    assert.match(other.stderr, /MultiWOZ_2\.1\.zip: [1-9]\d*\/\d+ kB/);
    assert.match(other.stderr, /^error: .*MultiWOZ_2\.1\.zip.*\n {2}\S/m);
    assert.ok(!existsSync(join(folder, 'half', 'MultiWOZ_2.1.zip')));
    const alone = await juxta(folder, ...pull, 'http://127.0.0.1:1');
    assert.equal(alone.code, 1);
    assert.match(alone.stderr, /^error: .*cannot be reached.*\n {2}.*--from/m);
  });
});
