import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { JsonObject } from '../../dialogue/json.ts';
import { openToolwoz } from './environment.ts';
import { folderWith, logWith, sampleDialogue, sampleFiles, sampleGoal } from './sample.ts';

/** The task that a dialogue becomes; undefined if it becomes none. */
const taskOf = async (t: TestContext, dialogue: JsonObject = sampleDialogue) => {
  const files = { ...sampleFiles, 'data.json': { 'B.json': dialogue } };
  const environment = await openToolwoz({ data: await folderWith(t, files) });
  return environment.splits.includes('val') ? environment.tasks('val')[0] : undefined;
};
const withDomain = (domain: string, wish: JsonObject): JsonObject => ({
  ...sampleDialogue,
  goal: { ...sampleGoal, [domain]: wish },
});
const hotelOf = async (t: TestContext, log: readonly JsonObject[]) =>
  (await taskOf(t, { ...sampleDialogue, log }))?.domains[0];

test('a task has the dialogue’s domains in ToolWOZ’s order, its sentences without HTML, and what was said', async t => {
  const task = await taskOf(t);
  assert.equal(task?.id, 'B.json');
  assert.equal(task?.type, 'hotel+train');
  assert.equal(task?.instructions[1], 'You are looking for a train. The train should depart from ely');
  assert.deepEqual(task?.sourceDialogue, ['I need a hotel.', 'Booked.', 'Thanks.']);
});

test('search parameters stand in the tool’s order, blank where the goal says nothing', async t => {
  const task = await taskOf(t);
  const { search } = task!.domains[0]!;
  assert.deepEqual(Object.entries(search!), [
    ['name', ''],
    ['area', 'north'],
    ['parking', ''],
    ['pricerange', ''],
    ['stars', ''],
    ['internet', 'dontcare'],
    ['type', 'hotel'],
  ]);
});

test('the last item that was booked is what is to be booked (D4)', async t => {
  const { book } = (await taskOf(t))!.domains[0]!;
  assert.deepEqual(book, {
    parameters: { stay: '3', day: 'monday', people: '2', name: 'birch' },
    returns: { name: 'birch', reference: 'REF1' },
    uniqueId: 'birch',
  });
});

test('failures take what they lack from the wishes; the booking’s name is left blank', async t => {
  const { failure } = (await taskOf(t))!.domains[0]!;
  assert.equal(failure?.search?.area, 'west');
  assert.equal(failure?.search?.type, 'hotel');
  assert.deepEqual(failure?.book, { stay: '5', day: 'monday', people: '2', name: '' });
});

test('without a booked item, or without the wish to book, there is no booking goal', async t => {
  assert.equal((await hotelOf(t, logWith('hotel', [])))?.book, undefined);
  assert.equal((await hotelOf(t, []))?.book, undefined);
  assert.equal((await hotelOf(t, logWith('train', [{ trainID: 'TR1' }])))?.book, undefined);
  const noWish = await taskOf(t, withDomain('hotel', { info: { area: 'north' } }));
  assert.equal(noWish?.domains[0]?.book, undefined);
});

test('only the last two turns are looked at for what was booked', async t => {
  const [first, second, third] = logWith('hotel', [{ name: 'birch', reference: 'R' }]);
  assert.equal((await hotelOf(t, [first!, second!]))?.book?.uniqueId, 'birch');
  assert.equal((await hotelOf(t, [first!, second!, third!, third!]))?.book, undefined);
});

test('a booked item without a name takes it from the belief state', async t => {
  const domain = await hotelOf(t, logWith('hotel', [{ reference: 'R' }], { name: 'acorn' }));
  assert.equal(domain?.book?.uniqueId, 'acorn');
  assert.deepEqual(domain?.book?.returns, { reference: 'R', name: 'acorn' });
});

test('else from the first search result, where the reference reads a hotel’s postcode as its name (D3)', async t => {
  const domain = await hotelOf(t, logWith('hotel', [{ reference: 'R' }], { name: 'not mentioned' }));
  assert.equal(domain?.book?.uniqueId, 'cb1');
});

test('a domain with nothing but requests has no goals', async t => {
  const task = await taskOf(t, withDomain('hotel', { reqt: ['phone'] }));
  assert.deepEqual(task?.domains[0], { domain: 'hotel' });
  assert.deepEqual(task?.agenda?.topics[1], { domain: 'hotel', inform: {}, requests: ['phone'] });
});

test('dialogues about taxis, the police or a hospital are no tasks', async t => {
  for (const domain of ['taxi', 'police', 'hospital']) {
    assert.equal(await taskOf(t, withDomain(domain, { info: { x: 'y' } })), undefined);
  }
});

test('the agenda raises domains as the sentences do, and says only what is a text and not empty', async t => {
  const task = await taskOf(t);
  assert.deepEqual(task?.agenda?.topics, [
    {
      domain: 'train',
      inform: { leaveAt: '09:00', destination: 'cambridge', departure: 'ely' },
      requests: [],
    },
    {
      domain: 'hotel',
      inform: { area: 'north', type: 'hotel' },
      firstInform: { area: 'west', type: 'hotel' },
      book: { stay: '3', day: 'monday', people: '2' },
      firstBook: { stay: '5', day: 'monday', people: '2' },
      requests: ['phone'],
    },
  ]);
});

test('domains that no sentence raises come last, and a single sentence will do for all', async t => {
  const attraction = { info: { type: 'museum' } };
  const goal = { ...sampleGoal, attraction, message: 'You are looking for a train' };
  const task = await taskOf(t, { ...sampleDialogue, goal });
  assert.deepEqual(
    task?.agenda?.topics.map(({ domain }) => domain),
    ['train', 'hotel', 'attraction'],
  );
});
