import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentView } from '../../agents/agent.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import type { Model } from '../../models/model.ts';
import { humanAgent } from './agent.ts';

const terminalOf = (...lines: readonly (string | null)[]) => {
  const shown: string[] = [];
  const asked: string[] = [];
  let at = 0;
  const ask = async (prompt: string) => {
    asked.push(prompt);
    return lines[at++] ?? null;
  };
  return { shown, asked, show: (text: string) => shown.push(text), ask };
};

const parameters: JsonObject = {
  type: 'object',
  properties: { order: { type: 'string' }, count: { type: 'integer' }, note: { type: 'string' } },
  required: ['order', 'count'],
};

const step = (terminal: ReturnType<typeof terminalOf>) => {
  const made: string[] = [];
  const view: AgentView = {
    systemPrompt: 'You help.',
    internal: [{ role: 'user', content: 'Where is W1?' }],
    tools: [{ name: 'find', description: 'Finds.', parameters, mutating: false }],
    temperature: 0,
    maxTokens: 9,
    seed: 1,
    memory: null,
    execute: async ({ function: { name, arguments: input } }): Promise<CallRecord> => {
      made.push(`${name} ${input}`);
      return { name, arguments: JSON.parse(input) as JsonObject, output: 'on its way', returned: null };
    },
  };
  return { made, done: humanAgent(terminal).step({} as Model, view as AgentView<null>) };
};

test('a person who plays the agent fills in a form for a call, reads what came of it, and speaks', async () => {
  const terminal = terminalOf('', '/find', 'W1', '2', '', 'It is on its way.');
  const { made, done } = step(terminal);
  const { status, visible, internal, calls } = await done;
  assert.deepEqual([status, visible.length, calls.length], ['spoke', 1, 1]);
  assert.deepEqual(made, ['find {"order":"W1","count":2}']);
  assert.deepEqual(
    internal.map(message => message.role),
    ['assistant', 'tool', 'assistant'],
  );
  assert.match(
    terminal.shown.join('\n'),
    /You are the agent\. You help\.\n.*\n {2}\/find {2}Finds\.[\s\S]*user: {2}Where is W1\?\ntool: {2}on its way/,
  );
  assert.deepEqual(terminal.asked.slice(2, 5), [
    '  order (string): ',
    '  count (integer): ',
    '  note (string, may be left out): ',
  ]);
});

test('arguments may be written as JSON; what is no call is told, and asked for again', async () => {
  const terminal = terminalOf('/fly', '/find {', '/find {"order":"W2","count":1}', null);
  const { made, done } = step(terminal);
  const { status, error } = await done;
  assert.deepEqual(made, ['find {"order":"W2","count":1}']);
  assert.deepEqual([status, error], ['gave-up', 'the person who played the agent hung up']);
  assert.match(terminal.shown.join('\n'), /There is no tool fly\. There are: \/find\n.*not JSON/);
});
