import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JuxtaError } from '../base/errors.ts';
import { pack, unpack } from './pack.ts';

describe('the packed turns of a tree', () => {
  it('come back text by text', () => {
    const texts = ['[]', '[{"text":"“naïve” 東京 \\u001e"}]', '', '[1]'];
    assert.deepEqual(unpack(pack(texts)), texts);
  });

  it('are much smaller than plain, for nodes repeat each other', () => {
    const texts = Array.from({ length: 30 }, (_, i) =>
      JSON.stringify({ i, said: 'I found a hotel. '.repeat(20) }),
    );
    assert.ok(pack(texts).length < texts.join('').length / 10);
  });

  it('must be JSON texts', () => {
    assert.throws(
      () => pack(['a', 'b\x1ec']),
      (thrown: JuxtaError) => thrown.code === 'bad-row',
    );
  });
});
