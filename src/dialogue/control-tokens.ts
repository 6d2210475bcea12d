/**
 * Words that are structure to chat models and never speech: `<|im_end|>`, `<|start_header_id|>`, `<｜end▁of▁sentence｜>`,
 * `<start_of_turn>`, `[INST]`. A tokenizer makes one of its special tokens of them, wherever they stand.
 */
const controlTokens =
  /<\|[\w▁ -]{1,40}\|>|<｜[^｜<>]{1,40}｜>|<(?:start|end)_of_turn>|\[\/?INST\]|<<\/?SYS>>/gu;

/** The first of them in a text, whatever the model. */
export const controlTokenIn = (text: string): string | undefined => text.match(controlTokens)?.[0];

/** All that a text holds, each once. */
export const controlTokensIn = (text: string): readonly string[] => [
  ...new Set(text.match(controlTokens) ?? []),
];
