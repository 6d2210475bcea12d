import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Message } from '../../dialogue/message.ts';
import { call, result, say, tools, user } from '../testing.ts';
import { llamaFactory } from './llama-factory.ts';

const format = llamaFactory.make({}, undefined);
const sft = (...messages: readonly Message[]) => format.rows({ kind: 'sft', messages, tools });

describe('the format llama-factory', () => {
  it('leaves out what its form cannot say', () => {
    const wordy = { ...call('search_hotel', {}), content: 'One moment.' };
    assert.deepEqual(sft(user('a'), wordy, result('[]'), say('b')), []);
    assert.deepEqual(sft(user('a'), say('b'), say('c')), []);
    assert.deepEqual(sft(say('a'), user('b')), []);
    assert.deepEqual(sft(user('a'), call('search_hotel', {}), result('[]')), []);
  });

  it('keeps calls side by side where they are what is taught', () => {
    const [one, two] = [
      call('search_hotel', {}, '1').tool_calls!,
      call('book_hotel', { name: 'Ash' }, '2').tool_calls!,
    ];
    const both = { role: 'assistant', tool_calls: [...one, ...two] } as const;
    const [row] = format.rows({
      kind: 'kto',
      prompt: [user('a')],
      completion: [both],
      label: true,
      tools,
    });
    assert.deepEqual(row!.conversations, [
      { from: 'human', value: 'a' },
      {
        from: 'function_call',
        value: '[{"name":"search_hotel","arguments":{}},{"name":"book_hotel","arguments":{"name":"Ash"}}]',
      },
    ]);
  });

  it('registers its files', () => {
    const [info] = format.companions!(new Map([['dpo', 'dpo.jsonl']]));
    assert.equal(info!.file, 'dataset_info.json');
    assert.deepEqual(JSON.parse(info!.text), {
      juxta_dpo: {
        file_name: 'dpo.jsonl',
        formatting: 'sharegpt',
        ranking: true,
        columns: {
          messages: 'conversations',
          system: 'system',
          tools: 'tools',
          chosen: 'chosen',
          rejected: 'rejected',
        },
      },
    });
  });
});
