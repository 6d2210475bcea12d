import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNamed } from '../harvest/formats/formats.ts';
import { factsOf, formatFor, methodNames, parseMethods } from './methods.ts';

test('methods are parsed one by one, and each at most once', () => {
  assert.deepEqual(parseMethods('sft+dpo'), ['sft', 'dpo']);
  for (const text of ['', 'ppo', 'sft+', 'sft+sft'])
    assert.throws(() => parseMethods(text), { code: 'unknown-method', hint: /sft, kto, dpo/ });
});

test('there is an export format for each, which carries its examples', async () => {
  for (const method of methodNames)
    assert.deepEqual((await formatNamed(formatFor(method))).kinds, [factsOf(method).examples]);
});
