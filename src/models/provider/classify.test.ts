import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalFault } from './classify.ts';
import { readRefusal } from './refusal.ts';
import { plainWords } from './server-words.ts';

const about = { model: 'm', key: undefined };
const kindOf = (status: number, body: unknown) =>
  refusalFault(status, readRefusal(typeof body === 'string' ? body : JSON.stringify(body)), about).kind;

test('a refusal is read in the shapes in which servers write it', () => {
  const cases = [
    [{ error: { message: 'No.', code: 'bad', param: 'seed' } }, 'bad', 'No.', 'seed'],
    [{ error: 'model not found' }, undefined, 'model not found', undefined],
    [{ object: 'error', message: 'No.', type: 'BadRequestError', code: 400 }, '400', 'No.', undefined],
    [{ detail: 'Not here.' }, undefined, 'Not here.', undefined],
    [
      { detail: [{ loc: ['body', 'seed'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }] },
      'extra_forbidden',
      'seed: Extra inputs are not permitted',
      'seed',
    ],
    [[{ error: { code: 400, message: 'No.', status: 'INVALID' } }], '400', 'No.', undefined],
    [
      { error: { code: 400, message: 'Provider returned error', metadata: { raw: 'too hot' } } },
      '400',
      'Provider returned error (too hot)',
      undefined,
    ],
  ] as const;
  for (const [body, code, message, param] of cases)
    assert.deepEqual(readRefusal(JSON.stringify(body)), { code, message, param });
  assert.equal(readRefusal('<html><title>502 Bad Gateway</title><p>x</p></html>').message, '502 Bad Gateway');
});

test('a refusal of one conversation is told from a refusal of every request', () => {
  assert.equal(kindOf(400, { error: { message: 'x', code: 'context_length_exceeded' } }), 'context-length');
  assert.equal(kindOf(500, { error: { message: 'the prompt is too long' } }), 'context-length');
  assert.equal(kindOf(403, { error: { message: 'Your input was flagged by moderation' } }), 'content-filter');
  assert.equal(kindOf(400, { error: { message: 'x', code: 'content_filter' } }), 'content-filter');
  assert.equal(kindOf(403, { error: { message: 'wrong key' } }), 'refused');
});

test('a wait beyond ten minutes is not waited for', () => {
  const { kind, status, message } = refusalFault(429, readRefusal('{"error":{"message":"Slow down."}}'), {
    ...about,
    retryAfterMs: 1e12,
  });
  assert.deepEqual([kind, status], ['refused', 429]);
  assert.match(message, /429: Slow down\. \(it asks for a wait of 1000000000 s\)/);
});

test('a server that lacks a tool parser is answered with how to start it', () => {
  const refusal = { error: { message: '"auto" tool choice requires --enable-auto-tool-choice to be set' } };
  assert.match(
    refusalFault(400, readRefusal(JSON.stringify(refusal)), about).advice ?? '',
    /--tool-call-parser/,
  );
});

test('words of a server lose escape sequences, control characters, keys and length', () => {
  const said = plainWords(`\u001b[31mNo\u001b[0m\u0000\n\u202eway sekrit ${'x'.repeat(999)}`, 'sekrit');
  assert.ok(said.startsWith('No way [key] xxx'), said);
  assert.equal(said.length, 301);
  assert.ok(!plainWords('key sk-abcdefghijklmnop1234 is wrong').includes('abcdefgh'));
});
