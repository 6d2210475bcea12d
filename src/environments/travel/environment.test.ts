import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../dialogue/json.ts';
import { toolCall } from '../../dialogue/message.ts';
import type { CallRecord } from '../../dialogue/turn.ts';
import { INVALID_CALL, INVALID_VALUES } from './call.ts';
import { callsOf, travelEnvironment } from './environment.ts';
import { callOf, sampleTask as task } from './sample.ts';
import { allowedParameters, travelTools } from './tools.ts';

const options = { name: 'sample', splits: ['all'], tasks: () => [task] };
const reference = travelEnvironment(options);
const corrected = travelEnvironment({ ...options, rules: 'corrected' });

const outputOf = async (name: string, args: unknown, environment = reference): Promise<string> =>
  (await environment.call(task, environment.start(task), callOf(name, args))).record.output;
const returnedBy = async (name: string, args: unknown) =>
  (await reference.call(task, reference.start(task), callOf(name, args))).record.returned;

const SEARCH = ['search_hotel', { area: 'north', pricerange: 'cheap' }] as const;
const BOOK = ['book_hotel', { stay: '2', day: 'monday', people: '1', name: 'birch' }] as const;
const TRAIN = ['search_train', { leaveAt: '09:15', destination: 'cambridge', departure: 'ely' }] as const;

type Move = readonly [name: string, args: unknown];

const play = async (moves: readonly Move[], environment = reference) => {
  let state = environment.start(task);
  for (const [name, args] of moves) ({ state } = await environment.call(task, state, callOf(name, args)));
  return state;
};
const outcomeOf = async (moves: readonly Move[], environment = reference) =>
  environment.outcome(task, await play(moves, environment), []);
const turnOf = (calls: readonly CallRecord[]) => ({ calls, state: null, said: [] });
/** Which goals each turn reaches while those reached before are closed. */
const reachedByTurns = async (turns: readonly (readonly Move[])[], environment = reference) => {
  let open = environment.goals(task);
  const ids: (readonly string[])[] = [];
  for (const moves of turns) {
    const hit = environment.reached(task, open, turnOf(callsOf(await play(moves, environment))));
    open = open.filter(goal => !hit.includes(goal));
    ids.push(hit.map(goal => goal.id));
  }
  return ids;
};

test('goals stand per domain, the search before the booking, with what a right call says', () => {
  assert.deepEqual(
    reference.goals(task).map(({ id, arguments: args, uniqueId }) => [id, args, uniqueId]),
    [
      ['hotel/search_hotel', SEARCH[1], 'birch'],
      ['hotel/book_hotel', BOOK[1], 'birch'],
      ['train/search_train', TRAIN[1], undefined],
    ],
  );
});

test('a search shows one record, in Python’s style', async () => {
  assert.equal(
    await outputOf('search_hotel', { area: 'North', pricerange: "ch'eap" }),
    '[{"name": "birch", "area": "north", "pricerange": "cheap", "stars": "3", "phone": NaN}]',
  );
  assert.equal(await outputOf('search_hotel', { area: 'west' }), '[]');
  assert.equal(await returnedBy('search_hotel', { area: 'west' }), null);
});

test('a search in a domain that the task does not use shows the first result', async () => {
  const other = { ...task, domains: [] };
  const { record } = await reference.call(other, null, callOf('search_train', {}));
  assert.match(record.output, /TR1/);
});

test('a booking needs every detail, and allows no wrong one', async () => {
  assert.equal(
    await outputOf(...BOOK),
    '{"success": true, "return": {"name": "birch", "reference": "REF1"}}',
  );
  assert.equal(await outputOf('book_hotel', { ...BOOK[1], name: 'BIRCH' }), await outputOf(...BOOK));
  assert.equal(await outputOf('book_hotel', { ...BOOK[1], people: 1 }), '{"success": false, "return": {}}');
  const { day: _, ...less } = BOOK[1];
  assert.equal(await outputOf('book_hotel', less), '{"success": false, "return": {}}');
  assert.equal(await outputOf('book_train', {}), '{"success": false, "return": {}}');
  assert.equal(await outputOf('book_attraction', {}), '{"success": false, "return": {}}');
  assert.equal(await outputOf('book_taxi', {}), '{"success": false, "return": {}}');
});

test('parameters and tools that are not known are refused, and so are lists and objects', async () => {
  assert.equal(await outputOf('search_hotel', { town: 'x' }), JSON.stringify(INVALID_CALL));
  assert.equal(await outputOf('book_attraction', { name: 'x' }), JSON.stringify(INVALID_CALL));
  assert.equal(await outputOf('find_hotel', ['x']), JSON.stringify(INVALID_CALL));
  assert.equal(await outputOf('search_hotel', { area: ['north'] }), JSON.stringify(INVALID_VALUES));
  assert.equal(await returnedBy('search_hotel', { area: {} }), INVALID_VALUES);
});

test('null, numbers and booleans are ignored when searching', async () => {
  assert.equal(
    await outputOf('search_hotel', { area: 'south', stars: 3, name: null }),
    await outputOf('search_hotel', { area: 'south' }),
  );
});

test('a call that cannot be executed leaves no trace', async () => {
  for (const call of [
    callOf('search_hotel', ['north']),
    callOf('search_hotel', null),
    callOf('lookup', {}),
    callOf('search_hotel_room', {}),
    callOf('search_hospital', {}),
    callOf('search_taxi', {}),
    callOf('toString', {}),
    toolCall('c', 'search_hotel', '{"area": '),
  ]) {
    await assert.rejects(reference.call(task, null, call), { name: 'ToolCallError' });
  }
  assert.equal(await outputOf('search_hospital', { department: 'none' }), '[]');
});

test('the reward is the share of goals that the whole conversation reached', async () => {
  assert.equal(await outcomeOf([]), 0);
  assert.equal(await outcomeOf([SEARCH]), 1 / 3);
  assert.equal(await outcomeOf([SEARCH, SEARCH, BOOK]), 2 / 3);
  assert.equal(await outcomeOf([BOOK, TRAIN, SEARCH]), 1);
  assert.equal(reference.outcome({ ...task, domains: [] }, null, []), 0);
});

test('a search for less counts if it happens to find the right record', async () => {
  const lucky = {
    ...task,
    database: { ...task.database, hotel: { ...task.database.hotel!, rows: [task.database.hotel!.rows[1]!] } },
  };
  const { record } = await reference.call(lucky, null, callOf('search_hotel', { area: 'north' }));
  assert.deepEqual(
    reference.reached(lucky, reference.goals(lucky), turnOf([record])).map(({ id }) => id),
    ['hotel/search_hotel'],
  );
  assert.equal(await outcomeOf([['search_hotel', { area: 'north' }]]), 0);
});

test('goals reached in one turn come in goal order, each once', async () => {
  assert.deepEqual(await reachedByTurns([[BOOK, SEARCH, BOOK], [SEARCH]]), [
    ['hotel/search_hotel', 'hotel/book_hotel'],
    [],
  ]);
});

test('a booking that is refused for something else earns its goal, but not when corrected (D7)', async () => {
  const refused: Move = ['book_hotel', { ...BOOK[1], extra: 'x' }];
  assert.equal(await outcomeOf([refused]), 1 / 3);
  assert.equal(await outcomeOf([refused], corrected), 0);
  assert.equal(await outcomeOf([BOOK], corrected), 1 / 3);
});

test('once the booking is reached any record will do for the search, but not when corrected (D8)', () => {
  const elsewhere: Move = ['search_hotel', { area: 'north', pricerange: 'cheap', stars: '4', type: '' }];
  const hotel = {
    ...task.database.hotel!,
    rows: task.database.hotel!.rows.filter(row => row.name !== 'birch'),
  };
  for (const [environment, expected] of [
    [reference, ['hotel/search_hotel']],
    [corrected, []],
  ] as const) {
    const found = {
      name: elsewhere[0],
      arguments: elsewhere[1] as JsonObject,
      output: '',
      returned: hotel.rows[0]!,
    };
    const open = environment.goals(task);
    assert.deepEqual(environment.reached(task, open, turnOf([found])), []);
    const booked = open.filter(goal => goal.kind !== 'book');
    assert.deepEqual(
      environment.reached(task, booked, turnOf([found])).map(({ id }) => id),
      expected,
    );
  }
});

test('a goal with a time is judged by its bound when corrected (D9)', () => {
  const less: Move = ['search_train', { departure: 'ely', destination: 'cambridge' }];
  const at = (id: number) => ({
    name: less[0],
    arguments: less[1] as JsonObject,
    output: '',
    returned: task.database.train!.rows[id]!,
  });
  const hit = (environment: typeof reference, id: number) =>
    environment.reached(task, environment.goals(task), turnOf([at(id)])).map(goal => goal.id);
  assert.deepEqual(
    [0, 1, 2].map(id => hit(reference, id).length),
    [0, 1, 0],
  );
  assert.deepEqual(
    [0, 1, 2].map(id => hit(corrected, id).length),
    [0, 1, 1],
  );
});

test('a value quoted as in "do n\'t care" restricts the search, but not when corrected (D6)', async () => {
  assert.equal(await outputOf('search_hotel', { area: "do n't care" }), '[]');
  assert.notEqual(await outputOf('search_hotel', { area: "do n't care" }, corrected), '[]');
  assert.notEqual(await outputOf('search_hotel', { area: 'Dontcare' }), '[]');
});

const moves = fc.array(
  fc.oneof(
    fc.constantFrom<Move[]>(SEARCH, BOOK, TRAIN, ['find_x', {}], ['search_hotel', { area: 'north' }]),
    fc.tuple(
      fc.constantFrom('search_hotel', 'book_hotel', 'search_train'),
      fc.dictionary(
        fc.constantFrom('area', 'pricerange', 'name', 'stay', 'day', 'people', 'leaveAt'),
        fc.constantFrom('north', 'cheap', 'birch', '2', '1', 'monday', '09:15', ''),
      ),
    ),
  ),
);
const rules = fc.constantFrom('reference', 'corrected');
const world = (name: string) => (name === 'corrected' ? corrected : reference);

test('more calls never reach less', async () => {
  await fc.assert(
    fc.asyncProperty(moves, moves, rules, async (first, more, chosen) => {
      const environment = world(chosen);
      const goals = environment.goals(task);
      const before = environment.reached(task, goals, turnOf(callsOf(await play(first, environment))));
      const after = environment.reached(
        task,
        goals,
        turnOf(callsOf(await play([...first, ...more], environment))),
      );
      assert.ok(before.every(goal => after.includes(goal)));
      assert.deepEqual(
        after,
        goals.filter(goal => after.includes(goal)),
      );
    }),
  );
});

test('judging turn by turn never reaches less than judging all at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { maxLength: 4 }), rules, async (turns, chosen) => {
      const environment = world(chosen);
      const all = environment.reached(
        task,
        environment.goals(task),
        turnOf(callsOf(await play(turns.flat(), environment))),
      );
      const byTurns = (await reachedByTurns(turns, environment)).flat();
      assert.ok(all.every(goal => byTurns.includes(goal.id)));
      assert.equal(new Set(byTurns).size, byTurns.length);
    }),
  );
});

test('a state is a value: what is added to one branch is not in another', async () => {
  const start = await play([SEARCH]);
  const { state: left } = await reference.call(task, start, callOf(...BOOK));
  const { state: right } = await reference.call(task, start, callOf(...TRAIN));
  assert.deepEqual(
    callsOf(start).map(({ name }) => name),
    ['search_hotel'],
  );
  assert.deepEqual(
    callsOf(left).map(({ name }) => name),
    ['search_hotel', 'book_hotel'],
  );
  assert.deepEqual(
    callsOf(right).map(({ name }) => name),
    ['search_hotel', 'search_train'],
  );
});

test('a split that does not exist is named together with those that do', () => {
  assert.throws(() => reference.tasks('none'), { code: 'unknown-split', hint: /all/ });
});

test('searching changes nothing, booking may; small models see what identifies a result', () => {
  for (const { name, mutating, resultFields } of travelTools) {
    assert.equal(mutating, name.startsWith('book_'));
    const key = name === 'search_train' ? 'trainID' : 'name';
    assert.deepEqual(resultFields, [mutating ? 'success' : key]);
  }
});

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data/toolwoz/tools.json');

test('the tools are those of ToolWOZ but for their descriptions', {
  skip: existsSync(shared) ? false : `${shared} is not there`,
}, () => {
  const { tools, allowed_parameters } = JSON.parse(readFileSync(shared, 'utf8'));
  const structure = (value: unknown) =>
    JSON.stringify(value, (key, entry) =>
      key === 'description' && typeof entry === 'string' ? undefined : entry,
    );
  assert.equal(
    structure(travelTools.map(({ name, parameters }) => ({ name, parameters }))),
    structure(tools.map((tool: { function: unknown }) => tool.function)),
  );
  assert.deepEqual(Object.fromEntries(allowedParameters), allowed_parameters);
});
