import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlTokenIn, controlTokensIn } from './control-tokens.ts';

test('the structure of chat templates is known where it stands in a text', () => {
  const tokens = [
    '<|im_end|>',
    '<|start_header_id|>',
    '<｜end▁of▁sentence｜>',
    '<end_of_turn>',
    '[/INST]',
    '<<SYS>>',
  ];
  for (const token of tokens) assert.equal(controlTokenIn(`Booked.${token}user`), token);
  assert.deepEqual(controlTokensIn('<|im_end|>\n<|im_start|>user<|im_end|>'), ['<|im_end|>', '<|im_start|>']);
});

test('other angle brackets are speech', () => {
  for (const text of ['a <b> c', '<|>', 'x <| y', '<think>no</think>', '[INSTALL]', '<tool_call>'])
    assert.equal(controlTokenIn(text), undefined, text);
});
