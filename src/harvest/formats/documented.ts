/**
 * For the tests: what each trainer's documentation asks of a row, written down again without a look at the writers. A
 * rule that is broken throws, with the place in the row.
 */
import assert from 'node:assert/strict';
import type { Kind } from '../examples.ts';

type Value = Readonly<Record<string, unknown>>;
type Rule = (value: unknown, at: string) => void;

const text: Rule = (value, at) => assert.equal(typeof value, 'string', at);
const boolean: Rule = (value, at) => assert.equal(typeof value, 'boolean', at);
const is =
  (...allowed: readonly unknown[]): Rule =>
  (value, at) =>
    assert.ok(allowed.includes(value), `${at} is ${JSON.stringify(value)}`);
const list =
  (rule: Rule, { least = 0, most = Number.POSITIVE_INFINITY } = {}): Rule =>
  (value, at) => {
    assert.ok(Array.isArray(value) && value.length >= least && value.length <= most, at);
    for (const [i, each] of value.entries()) rule(each, `${at}[${i}]`);
  };
/** An object with these fields and no others. Fields whose name ends in `?` may be absent. */
const fields =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value, at) => {
    assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), at);
    const known = new Set(Object.keys(rules).map(name => name.replace('?', '')));
    for (const name of Object.keys(value)) assert.ok(known.has(name), `${at}.${name} is not documented`);
    for (const [name, rule] of Object.entries(rules)) {
      const field = (value as Value)[name.replace('?', '')];
      if (field !== undefined) rule(field, `${at}.${name}`);
      else assert.ok(name.endsWith('?'), `${at}.${name} is missing`);
    }
  };
const object: Rule = (value, at) =>
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), at);
const jsonText =
  (rule: Rule): Rule =>
  (value, at) => {
    text(value, at);
    rule(JSON.parse(value as string), at);
  };
const either =
  (choose: (value: Value) => string, rules: Readonly<Record<string, Rule>>): Rule =>
  (value, at) => {
    object(value, at);
    const rule = rules[choose(value as Value)];
    assert.ok(rule, `${at} is of no documented form: ${JSON.stringify(value).slice(0, 80)}`);
    rule(value, at);
  };

const toolFunction = fields({ name: text, description: text, parameters: object });
const openaiTools = list(fields({ type: is('function'), function: toolFunction }));
const toolCalls = (args: Rule): Rule =>
  list(fields({ id: text, type: is('function'), function: fields({ name: text, arguments: args }) }), {
    least: 1,
  });
const byRole = (rules: Readonly<Record<string, Rule>>): Rule => either(value => String(value.role), rules);

// TRL: dataset_formats.md, "Tool Calling". Arguments are objects.
const trlMessage = byRole({
  system: fields({ role: text, content: text }),
  user: fields({ role: text, content: text }),
  assistant: fields({
    role: text,
    content: text,
    'reasoning_content?': text,
    'tool_calls?': toolCalls(object),
  }),
  tool: fields({ role: text, name: text, tool_call_id: text, content: text }),
});
const trlCompletion = list(
  (value, at) => {
    trlMessage(value, at);
    is('assistant')((value as Value).role, `${at}.role`);
  },
  { least: 1, most: 1 },
);
const trlPrompt = list(trlMessage, { least: 1 });

// OpenAI, Azure, Together: the chat completion shape; arguments are texts, content may be absent beside calls.
const hostedMessage = (weight: Readonly<Record<string, Rule>>): Rule =>
  byRole({
    system: fields({ role: text, content: text }),
    user: fields({ role: text, content: text }),
    assistant: (value, at) => {
      fields({ role: text, 'content?': text, 'tool_calls?': toolCalls(jsonText(object)), ...weight })(
        value,
        at,
      );
      assert.ok((value as Value).content !== undefined || (value as Value).tool_calls !== undefined, at);
    },
    tool: fields({ role: text, tool_call_id: text, content: text }),
  });
const hostedOutput = list(
  (value, at) => {
    hostedMessage({})(value, at);
    is('assistant')((value as Value).role, `${at}.role`);
  },
  { least: 1, most: 1 },
);
const preference = (input: Readonly<Record<string, Rule>>): Rule =>
  fields({
    input: fields({ messages: list(hostedMessage({}), { least: 1 }), tools: openaiTools, ...input }),
    preferred_output: hostedOutput,
    non_preferred_output: hostedOutput,
  });
const openaiRules: Partial<Record<Kind, Rule>> = {
  sft: fields({
    messages: list(hostedMessage({ weight: is(0, 1) }), { least: 1 }),
    tools: openaiTools,
    parallel_tool_calls: boolean,
  }),
  dpo: preference({ parallel_tool_calls: boolean }),
};

// LLaMA-Factory: data/README.md, "Sharegpt Format"; alternation as its converter demands it.
const call = fields({ name: text, arguments: object });
const sharegptTurn = either(value => String(value.from), {
  human: fields({ from: text, value: text }),
  observation: fields({ from: text, value: text }),
  gpt: fields({ from: text, value: text }),
  function_call: fields({
    from: text,
    value: jsonText((value, at) => (Array.isArray(value) ? list(call, { least: 2 }) : call)(value, at)),
  }),
});
const sharegptTurns =
  (even: boolean): Rule =>
  (value, at) => {
    list(sharegptTurn, { least: 1 })(value, at);
    const turns = value as readonly Value[];
    for (const [i, turn] of turns.entries())
      is(...(i % 2 === 0 ? ['human', 'observation'] : ['gpt', 'function_call']))(
        turn.from,
        `${at}[${i}].from`,
      );
    assert.equal(turns.length % 2 === 0, even, `${at} has ${turns.length} turns`);
  };
const sharegptAnswer: Rule = (value, at) => {
  sharegptTurn(value, at);
  is('gpt', 'function_call')((value as Value).from, at);
};
const sharegptBeside = { system: text, tools: jsonText(list(toolFunction)) };

// Axolotl: `chat_template` reads arguments that are JSON texts; `user_defined` reads strings.
const axolotlMessage = byRole({
  system: fields({ role: text, content: text, train: is(false) }),
  user: fields({ role: text, content: text, train: is(false) }),
  assistant: fields({
    role: text,
    content: text,
    train: is(true),
    'reasoning_content?': text,
    'tool_calls?': toolCalls(jsonText(object)),
  }),
  tool: fields({ role: text, name: text, tool_call_id: text, content: text, train: is(false) }),
});
const strings = {
  kto: fields({ prompt: text, completion: text, label: boolean }),
  dpo: fields({ prompt: text, chosen: text, rejected: text }),
};

/** The rules of each format's rows, by kind. */
export const documented: Readonly<Record<string, Partial<Record<Kind, Rule>>>> = {
  'trl-sft': { sft: fields({ messages: trlPrompt, tools: openaiTools }) },
  'trl-kto': {
    kto: fields({ prompt: trlPrompt, completion: trlCompletion, label: boolean, tools: openaiTools }),
  },
  'trl-dpo': {
    dpo: fields({ prompt: trlPrompt, chosen: trlCompletion, rejected: trlCompletion, tools: openaiTools }),
  },
  openai: openaiRules,
  azure: openaiRules,
  together: {
    sft: fields({ messages: list(hostedMessage({}), { least: 1 }), tools: openaiTools }),
    dpo: preference({}),
  },
  'llama-factory': {
    sft: fields({ conversations: sharegptTurns(true), ...sharegptBeside }),
    kto: fields({ conversations: sharegptTurns(true), kto_tag: boolean, ...sharegptBeside }),
    dpo: fields({
      conversations: sharegptTurns(false),
      chosen: sharegptAnswer,
      rejected: sharegptAnswer,
      ...sharegptBeside,
    }),
  },
  axolotl: { sft: fields({ messages: list(axolotlMessage, { least: 1 }), tools: openaiTools }), ...strings },
  rendered: { sft: fields({ prompt: text, completion: text }), ...strings },
};
