import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readDataset } from './read.ts';
import { call, result, say, tools, user } from './testing.ts';

const role = (name: string, content: string) => ({ role: name, content });

describe('reading a dataset', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-read-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const read = async (...rows: readonly unknown[]) => {
    const file = join(folder, 'rows.jsonl');
    await writeFile(file, rows.map(row => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
    return readDataset(file, { tools });
  };

  it('takes what others write: calls without ids, no content, tools as text, a blank line', async () => {
    const search = { function: { name: 'search_hotel', arguments: { area: 'north' } } };
    const messages = [
      role('user', 'a'),
      { role: 'assistant', tool_calls: [search] },
      { role: 'tool', name: 'search_hotel', content: '[]' },
      { role: 'assistant', content: 'b', tool_calls: null },
    ];
    const listed = JSON.stringify([{ type: 'function', function: { name: 'search_hotel' } }]);
    const { sft } = await read({ messages, tools: listed }, '');
    assert.deepEqual(sft[0]!.messages, [
      user('a'),
      call('search_hotel', { area: 'north' }, 'call1'),
      result('[]', 'call1'),
      say('b'),
    ]);
    assert.deepEqual(
      sft[0]!.tools.map(({ name, mutating }) => [name, mutating]),
      [['search_hotel', false]],
    );
  });

  it('keeps the form of numbers in arguments, and of those alone', async () => {
    const { sft } = await read(
      '{"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {"a": 4.0, "b": 1e3}}}]}], ' +
        '"tools": [{"type": "function", "function": {"name": "f", "parameters": {"minimum": 1.0}}}]}',
    );
    assert.deepEqual(sft[0]!.messages, [call('f', '{"a":4.0,"b":1e3}', 'call1')]);
    assert.deepEqual(sft[0]!.tools[0]!.parameters, { minimum: 1 });
  });

  it('knows what the environment says of a tool', async () => {
    const listed = [{ type: 'function', function: { name: 'book_hotel', parameters: { type: 'object' } } }];
    const { kto } = await read({
      prompt: [role('user', 'a')],
      completion: [role('assistant', 'b')],
      label: true,
      tools: listed,
    });
    assert.deepEqual([kto[0]!.tools[0]!.mutating, kto[0]!.tools[0]!.parameters], [true, { type: 'object' }]);
  });

  it('tells the kinds of rows apart', async () => {
    const [prompt, answer] = [[role('user', 'a')], [role('assistant', 'b')]];
    const { sft, kto, dpo } = await read(
      { messages: [...prompt, ...answer] },
      { prompt, completion: answer, label: false },
      { prompt, chosen: answer, rejected: answer },
    );
    assert.deepEqual([sft.length, kto.length, dpo.length], [1, 1, 1]);
  });

  const good = { messages: [role('user', 'a'), role('assistant', 'b')] };
  const cases: readonly [string, unknown, RegExp][] = [
    ['a line that is not JSON', '{"messages"', /rows\.jsonl:2: is not valid JSON/],
    ['a line that is not an object', '[1]', /rows\.jsonl:2: is not a JSON object/],
    ['a row of no known kind', { text: 'a' }, /rows\.jsonl:2: has none of the fields/],
    ['an unknown role', { messages: [role('robot', 'a')] }, /rows\.jsonl:2, field messages\[0\]\.role/],
    ['an empty conversation', { messages: [] }, /rows\.jsonl:2, field messages/],
    [
      'two completions',
      {
        prompt: [role('user', 'a')],
        completion: [role('assistant', 'b'), role('assistant', 'c')],
        label: true,
      },
      /rows\.jsonl:2, field completion/,
    ],
    [
      'a completion by the user',
      { prompt: [role('user', 'a')], completion: [role('user', 'b')], label: true },
      /rows\.jsonl:2, field completion\[0\]/,
    ],
    [
      'a label that is no boolean',
      { prompt: [role('user', 'a')], completion: [role('assistant', 'b')], label: 1 },
      /rows\.jsonl:2, field label/,
    ],
    ['tools that are no list', { ...good, tools: '{' }, /rows\.jsonl:2, field tools: is text, but/],
    [
      'a tool without a name',
      { ...good, tools: [{ type: 'function', function: {} }] },
      /rows\.jsonl:2, field tools/,
    ],
  ];
  for (const [what, row, message] of cases)
    it(`names the line and the field of ${what}`, async () => {
      await assert.rejects(read(good, row), (error: Error) => {
        assert.equal(error.name, 'BadInputError');
        assert.match(error.message, message);
        return true;
      });
    });

  it('says so if there is nothing to read', async () => {
    await assert.rejects(readDataset(join(folder, 'nowhere')), { code: 'bad-input', hint: /juxta export/ });
    await assert.rejects(read(''), /holds no example/);
    const empty = await mkdtemp(join(folder, 'empty-'));
    await assert.rejects(readDataset(empty), /holds no \.jsonl file/);
  });
});
