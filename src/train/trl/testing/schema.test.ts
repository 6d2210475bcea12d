import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Example } from '../../../harvest/examples.ts';
import { formatNamed } from '../../../harvest/formats/formats.ts';
import { tinyDataset } from '../../embedded/testing.ts';
import type { Method } from '../../trainer.ts';
import { presets } from '../presets.ts';
import { settingsOf } from '../settings.ts';
import { rowRefusal, settingsRefusal } from './schema.ts';

const methods: readonly Method[] = ['sft', 'kto', 'dpo'];
const formats = {
  sft: await formatNamed('trl-sft'),
  kto: await formatNamed('trl-kto'),
  dpo: await formatNamed('trl-dpo'),
};
const rowOf = (method: Method): Record<string, unknown> => {
  const example = { kind: method, ...tinyDataset(1)[method].at(-1)! } as Example;
  return structuredClone(formats[method].rows(example)[0]!);
};
const user = { role: 'user', content: 'hi' };
const said = { role: 'assistant', content: 'hello' };
const call = (args: unknown) => ({
  role: 'assistant',
  content: '',
  tool_calls: [{ type: 'function', function: { name: 'search_hotel', arguments: args } }],
});

describe('what TRL is given', () => {
  it('is accepted: every preset’s settings, for every method it fits', () => {
    for (const [preset, { method: only }] of Object.entries(presets))
      for (const method of methods.filter(each => (only ?? each) === each)) {
        const settings = settingsOf({ method, preset, settings: {} });
        assert.equal(settingsRefusal(method, settings), undefined, preset);
      }
  });
  it('is accepted: every kind of example that is exported', () => {
    for (const method of methods)
      for (const given of tinyDataset(4, 2)[method]) {
        const example = { kind: method, ...given } as Example;
        const [row] = formats[method].rows(example);
        assert.equal(rowRefusal(method, row!, row!), undefined);
      }
  });
});

/** One broken row for each way in which TRL refuses data. */
const broken: readonly (readonly [string, Method, Record<string, unknown>, RegExp])[] = [
  ['no messages', 'sft', { messages: undefined }, /messages/],
  ['an empty conversation', 'sft', { messages: [] }, /list of messages/],
  ['text in place of messages', 'sft', { messages: 'User: hi' }, /list of messages/],
  ['nothing said by the assistant', 'sft', { messages: [user] }, /no assistant message/],
  [
    'an unknown role',
    'sft',
    { messages: [{ role: 'function', content: '' }, said] },
    /unknown role function/,
  ],
  ['a message without text', 'sft', { messages: [user, { ...said, content: null }] }, /without text/],
  ['arguments as text', 'sft', { messages: [user, call('{"area": "north"}')] }, /must be an object/],
  ['a call of no function', 'sft', { messages: [user, { ...said, tool_calls: [{}] }] }, /not of a function/],
  [
    'a call without a name',
    'sft',
    { messages: [user, { ...said, tool_calls: [{ type: 'function', function: { arguments: {} } }] }] },
    /no name/,
  ],
  ['calls by the user', 'sft', { messages: [{ ...user, tool_calls: [] }, said] }, /calls by the user/],
  ['tools that are no list', 'sft', { tools: {} }, /tools must be a list/],
  ['tools as text that is not JSON', 'sft', { tools: 'search_hotel' }, /not JSON/],
  ['a tool without a name', 'sft', { tools: [{ type: 'function', function: {} }] }, /with a name/],
  ['a column that the first row lacks', 'sft', { source: 'x' }, /CastError/],
  ['no label', 'kto', { label: undefined }, /label/],
  ['a label that is text', 'kto', { label: 'true' }, /label must be a boolean/],
  ['no completion', 'kto', { completion: undefined }, /completion/],
  ['a completion of two messages', 'kto', { completion: [said, said] }, /completion must be one assistant/],
  ['a completion by the user', 'kto', { completion: [user] }, /completion must be one assistant/],
  ['a prompt that ends with the assistant', 'kto', { prompt: [user, said] }, /last message of a prompt/],
  ['no rejected answer', 'dpo', { rejected: undefined }, /rejected/],
  [
    'a chosen answer with a tool’s result',
    'dpo',
    { chosen: [call({}), { role: 'tool', content: '[]' }] },
    /chosen must be one assistant/,
  ],
];

describe('the documentation refuses data with', () => {
  for (const [what, method, change, says] of broken)
    it(what, () => {
      const row = rowOf(method);
      const changed = { ...row, ...change };
      for (const [name, value] of Object.entries(change)) if (value === undefined) delete changed[name];
      assert.match(rowRefusal(method, changed, row) ?? 'accepted', says);
    });
});

describe('the documentation refuses settings with', () => {
  const settings = settingsOf({ method: 'kto', preset: 'paper-kto', settings: {} });
  const wrong: readonly (readonly [string, object, RegExp])[] = [
    ['an unknown setting', { warmup_ratio: 0.1 }, /not used .*warmup_ratio/],
    ['a setting of another method', { assistant_only_loss: true }, /assistant_only_loss/],
    ['a number as text', { learning_rate: '5e-7' }, /learning_rate: invalid/],
    ['KTO batches of one', { per_device_train_batch_size: 1 }, /batch size must be > 1/],
    ['a quantised model trained whole', { use_peft: false }, /without adapters/],
  ];
  for (const [what, change, says] of wrong)
    it(what, () => {
      assert.match(settingsRefusal('kto', { ...settings, ...change }) ?? 'accepted', says);
    });
});
