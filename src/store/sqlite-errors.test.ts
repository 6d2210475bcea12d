import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JuxtaError } from '../base/errors.ts';
import { storeError } from './sqlite-errors.ts';

const sqlite = (errcode: number): Error => Object.assign(new Error('as SQLite says'), { errcode });

describe('the typed error of a store', () => {
  it('names the file and a way out for what a user can meet', () => {
    const codes = {
      5: 'store-busy',
      8: 'store-read-only',
      10: 'store-failed',
      11: 'store-damaged',
      13: 'store-full',
      14: 'store-unreachable',
      26: 'not-a-store',
      787: 'unknown-run',
    };
    for (const [errcode, code] of Object.entries(codes)) {
      const error = storeError('/p/x.sqlite', sqlite(Number(errcode)));
      assert.equal(error.code, code);
      assert.match(error.message, /^\/p\/x\.sqlite: /);
      assert.ok(error.hint);
    }
  });

  it('knows extended codes by their primary one', () => {
    assert.equal(storeError('x', sqlite(8 | (5 << 8))).code, 'store-read-only');
    assert.equal(storeError('x', sqlite(19 | (5 << 8))).code, 'bad-row');
  });

  it('distinguishes a full disk from a missing permission when the file system refuses', () => {
    const system = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'mkdir' });
    assert.equal(storeError('x', system('ENOSPC')).code, 'store-full');
    assert.equal(storeError('x', sqlite(10 | (19 << 8))).code, 'store-full');
    assert.equal(storeError('x', system('EROFS')).code, 'store-read-only');
    assert.equal(storeError('x', system('ENOTDIR')).code, 'store-unreachable');
  });

  it('leaves a typed error as it is and keeps the cause of any other', () => {
    const typed = new JuxtaError('mine', 'mine');
    assert.equal(storeError('x', typed), typed);
    const odd = new TypeError('odd');
    assert.equal(storeError('x', odd).code, 'store-failed');
    assert.equal(storeError('x', odd).cause, odd);
  });
});
