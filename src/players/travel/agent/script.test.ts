import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentStep } from '../../../agents/agent.ts';
import type { Json } from '../../../dialogue/json.ts';
import type { ToolCall } from '../../../dialogue/message.ts';
import type { CallRecord } from '../../../dialogue/turn.ts';
import type { Model } from '../../../models/model.ts';
import type { Beliefs } from './beliefs.ts';
import { readMeaning } from './meaning.ts';
import { perfectErrors, type ScriptErrors, scriptAgent } from './script.ts';

const model: Model = { id: 'none', generate: () => Promise.reject(new Error('no model')) };

/** A desk that finds Mill House for whoever searches, and books anything. */
const desk = async (call: ToolCall): Promise<CallRecord> => {
  const returned: Json = call.function.name.startsWith('search_')
    ? { name: 'mill house', phone: '01223 1' }
    : { success: true };
  const args = JSON.parse(call.function.arguments) as Json;
  return { name: call.function.name, arguments: args, output: JSON.stringify(returned), returned };
};

/** Says the meanings to the script in turn. */
const play = async (
  errors: Partial<ScriptErrors>,
  meanings: readonly Json[],
  seed = 1,
): Promise<AgentStep<Beliefs>[]> => {
  const agent = scriptAgent({ ...perfectErrors, ...errors });
  let memory = agent.memory;
  const steps: AgentStep<Beliefs>[] = [];
  for (const [turn, meaning] of meanings.entries()) {
    const view = { systemPrompt: '', internal: [], tools: [], temperature: 1, maxTokens: 64 };
    const step = await agent.step(model, { ...view, seed: seed + turn, memory, meaning, execute: desk });
    memory = step.memory;
    steps.push(step);
  }
  return steps;
};

const calls = (step: AgentStep<Beliefs>) => step.calls.map(call => [call.name, call.arguments]);
const looking: Json = { domain: 'hotel', inform: { area: 'north', parking: 'yes' }, why: 'open' };
const booking: Json = {
  domain: 'hotel',
  book: { people: '2', day: 'monday', stay: '3' },
  wantsBooking: true,
};

test('it searches by what the user said, offers what it found and books it with all details', async () => {
  const [search, book] = await play({}, [looking, booking]);
  assert.deepEqual(calls(search!), [['search_hotel', { area: 'north', parking: 'yes' }]]);
  assert.match(String(search!.visible[0]!.content), /Mill House/);
  assert.deepEqual(calls(book!), [
    ['book_hotel', { people: '2', day: 'monday', stay: '3', name: 'mill house' }],
  ]);
});

test('a turn is up to two calls, each with its result, and then speech', async () => {
  const steps = await play({}, [{ ...(booking as object), inform: { area: 'north' } }]);
  const roles = steps[0]!.internal.map(message => message.role);
  assert.deepEqual(roles, ['assistant', 'tool', 'assistant', 'tool', 'assistant']);
  assert.equal(steps[0]!.status, 'spoke');
  assert.deepEqual(steps[0]!.visible, [steps[0]!.internal.at(-1)]);
  const ids = steps[0]!.internal.flatMap(message =>
    message.role === 'assistant' ? (message.tool_calls ?? []) : [],
  );
  assert.equal(new Set(ids.map(call => call.id)).size, 2);
});

test('it asks for missing booking details, unless it errs', async () => {
  const partial: Json = { domain: 'hotel', book: { people: '2' }, wantsBooking: true };
  const [, asks] = await play({}, [looking, partial]);
  assert.deepEqual(calls(asks!), []);
  assert.match(String(asks!.visible[0]!.content), /day/);
  const [, early] = await play({ bookEarly: 1 }, [looking, partial]);
  assert.deepEqual(calls(early!), [['book_hotel', { people: '2', name: 'mill house' }]]);
});

test('its errors are those that are asked for', async () => {
  const [forgets] = await play({ dropParking: 1 }, [looking]);
  assert.deepEqual(calls(forgets!), [['search_hotel', { area: 'north' }]]);
  const more: Json = { domain: 'hotel', inform: { stars: '4' }, why: 'add' };
  const [, skips] = await play({ skipSearch: 1 }, [looking, more]);
  assert.deepEqual(calls(skips!), []);
  assert.match(String(skips!.visible[0]!.content), /Mill House/);
  const other: Json = { domain: 'hotel', inform: { area: 'south' }, why: 'change' };
  const [, keeps] = await play({ keepOldValue: 1 }, [looking, other]);
  assert.deepEqual(calls(keeps!), [['search_hotel', { area: 'north', parking: 'yes' }]]);
  const [, claims] = await play({ claimBooking: 1 }, [looking, booking]);
  assert.deepEqual(calls(claims!), []);
  assert.match(String(claims!.visible[0]!.content), /book/);
});

test('an old value is kept for one search only', async () => {
  const other: Json = { domain: 'hotel', inform: { area: 'south' }, why: 'change' };
  const again: Json = { domain: 'hotel', inform: { area: 'south' }, why: 'repeat' };
  const [, , repeated] = await play({ keepOldValue: 1 }, [looking, other, again]);
  assert.deepEqual(calls(repeated!), [['search_hotel', { area: 'south', parking: 'yes' }]]);
});

test('a constraint that the user drops is searched for no more', async () => {
  const other: Json = { domain: 'hotel', inform: { area: 'south' }, dropped: ['parking'], why: 'change' };
  const [, changed] = await play({}, [looking, other]);
  assert.deepEqual(calls(changed!), [['search_hotel', { area: 'south' }]]);
});

test('a step is a function of the view', async () => {
  const errors = { dropParking: 0.5, askFirst: 0.5 };
  assert.deepEqual(await play(errors, [looking, booking], 4), await play(errors, [looking, booking], 4));
});

test('without a meaning it greets and calls nothing', async () => {
  const [greeting] = await play({}, [null]);
  assert.equal(greeting!.status, 'spoke');
  assert.deepEqual(greeting!.calls, []);
});

test('a meaning is read as far as it has the expected types', () => {
  assert.equal(readMeaning('hello'), undefined);
  assert.deepEqual(readMeaning({ domain: 3, inform: { area: 'north', stars: 4 }, why: 'so', bye: true }), {
    inform: { area: 'north' },
    bye: true,
  });
});
