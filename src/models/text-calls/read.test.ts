import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withToolNames } from './names.ts';
import { toolParserOf } from './parsers.ts';
import { readTextCalls } from './read.ts';

const tools = [
  {
    name: 'find',
    description: 'Finds.',
    parameters: { type: 'object', properties: { area: { type: 'string' }, stars: { type: 'integer' } } },
    mutating: false,
  },
  { name: 'list_all', description: 'Lists.', parameters: { type: 'object' }, mutating: false },
];
const north = '{"area":"north","stars":4}';

const dressed: readonly (readonly [dress: string, text: string])[] = [
  ['bare JSON', '{"name": "find", "arguments": {"area": "north", "stars": 4}}'],
  ['bare JSON', '```json\n{"name": "find", "parameters": {"area": "north", "stars": 4}}\n```'],
  ['bare JSON', '[{"name": "functions.find:0", "arguments": "{\\"area\\":\\"north\\",\\"stars\\":4}"}]'],
  [
    'bare JSON',
    '{"type": "function", "function": {"name": "find", "arguments": {"area": "north", "stars": 4}}}',
  ],
  ['<tool_call>', '<tool_call>\n{"name": "find", "arguments": {"area": "north", "stars": 4}}\n</tool_call>'],
  ['<tool_call>', '<tool_call>{"name": "find", "arguments": {"area": "north", "stars": 4}}'],
  [
    '<function=',
    '<tool_call>\n<function=find>\n<parameter=area>\nnorth\n</parameter>\n<parameter=stars>\n4\n</parameter>\n</function>\n</tool_call>',
  ],
  ['<function=name>{', '<function=find>{"area": "north", "stars": 4}</function>'],
  ['<|python_tag|>', '<|python_tag|>{"name": "find", "parameters": {"area": "north", "stars": 4}}<|eom_id|>'],
  ['<|python_tag|>', '<|python_tag|>find.call(area="north", stars=4)'],
  ['[TOOL_CALLS]', '[TOOL_CALLS] [{"name": "find", "arguments": {"area": "north", "stars": 4}}]'],
  ['[TOOL_CALLS]', '[TOOL_CALLS]find[ARGS]{"area": "north", "stars": 4}'],
  [
    '<|tool_call_begin|>',
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.find:0<|tool_call_argument_begin|>{"area": "north", "stars": 4}<|tool_call_end|><|tool_calls_section_end|>',
  ],
  [
    '<|channel|>commentary to=',
    '<|start|>assistant<|channel|>commentary to=functions.find <|constrain|>json<|message|>{"area": "north", "stars": 4}<|call|>',
  ],
  ['<|tool_call_start|>', "<|tool_call_start|>[find(area='north', stars=4)]<|tool_call_end|>"],
  [
    '<｜tool▁call▁begin｜>',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>find\n```json\n{"area": "north", "stars": 4}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  [
    '<arg_key>',
    '<tool_call>find\n<arg_key>area</arg_key>\n<arg_value>north</arg_value>\n<arg_key>stars</arg_key>\n<arg_value>4</arg_value>\n</tool_call>',
  ],
  [
    '<invoke name=',
    '<minimax:tool_call>\n<invoke name="find">\n<parameter name="area">north</parameter>\n<parameter name="stars">4</parameter>\n</invoke>\n</minimax:tool_call>',
  ],
  ['name(…)', '[find(area="north", stars=4)]'],
];

for (const [dress, text] of dressed)
  test(`a call dressed as ${dress} is read: ${text.slice(0, 40).replaceAll('\n', ' ')}`, () => {
    const read = readTextCalls(text, tools);
    assert.equal(read?.dress.name, dress);
    assert.equal(read?.text, '');
    assert.deepEqual(
      read?.calls.map(call => [call.name, JSON.stringify(JSON.parse(call.arguments))]),
      [['find', north]],
    );
  });

test('what is said before calls stays, and several calls are read in order', () => {
  const one = '<tool_call>{"name": "find", "arguments": {"stars": 4.0}}</tool_call>';
  const read = readTextCalls(`Let me see.\n${one}\n<tool_call>{"name": "list_all"}</tool_call>`, tools);
  assert.equal(read?.text, 'Let me see.');
  assert.deepEqual(read?.calls, [
    { name: 'find', arguments: '{"stars":4.0}' },
    { name: 'list_all', arguments: '{}' },
  ]);
});

test('an argument that the schema calls a text stays one, whatever it looks like', () => {
  const text = '<tool_call><function=find><parameter=area>12</parameter></function></tool_call>';
  assert.equal(readTextCalls(text, tools)?.calls[0]?.arguments, '{"area":"12"}');
});

test('a call whose arguments break off is a call with broken arguments', () => {
  const read = readTextCalls('<tool_call>{"name": "find", "arguments": {"area": nor</tool_call>', tools);
  assert.deepEqual(read?.calls, [{ name: 'find', arguments: '{"area": nor' }]);
});

test('speech is no call, though it holds brackets or speaks of tools', () => {
  for (const text of [
    'I could use find(area="north") for that.',
    '{"name": "Ann", "arguments": "none"}',
    '[1] The Gonville Hotel (4 stars)',
    'Your name {please}?',
  ])
    assert.equal(readTextCalls(text, tools), undefined, text);
  assert.equal(readTextCalls(dressed[0]![1], []), undefined, 'without tools nothing is a call');
});

test('names that a server left in their dress are the tools that they mean', () => {
  const named = (name: string) =>
    withToolNames(
      {
        text: null,
        toolCalls: [{ id: 'functions.find:0', type: 'function', function: { name, arguments: '{}' } }],
        usage: { inputTokens: 1, outputTokens: 1 },
        finishReason: 'tool-calls',
      },
      tools,
    ).toolCalls[0]!;
  for (const name of ['functions.find:0', 'find<|channel|>commentary', 'find:2', 'find'])
    assert.equal(named(name).function.name, 'find');
  assert.equal(named('functions.find:0').id, 'functions.find:0', 'ids stay as they are');
  assert.equal(named('functions.lost').function.name, 'functions.lost');
});

test('vLLM’s parser is told by a model’s own template, or else by its name', () => {
  assert.equal(toolParserOf('org/Qwen3.5-9B'), 'qwen3_coder');
  assert.equal(toolParserOf('Qwen/Qwen2.5-7B-Instruct'), 'hermes');
  assert.equal(toolParserOf('openai/gpt-oss-20b'), 'openai');
  assert.equal(toolParserOf('LiquidAI/LFM2-1.2B'), 'lfm2');
  assert.equal(toolParserOf('mine', '<tool_call>\n<function=example>\n'), 'qwen3_coder');
  assert.equal(toolParserOf('Qwen-like', '{{ "<|start|>assistant<|channel|>final" }}'), 'openai');
  assert.equal(toolParserOf('mine', '{{ messages }}'), undefined);
});
