import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../dialogue/json.ts';
import type { CallRecord } from '../dialogue/turn.ts';
import type { Goal } from '../environments/environment.ts';
import { analyseErrors, errorBreakdown, type GoalAnalysis } from './errors.ts';

const goal = (tool: string, args: JsonObject, id = `g/${tool}`): Goal => ({ id, tool, arguments: args });
const call = (name: string, args: JsonObject): CallRecord => ({
  name,
  arguments: args,
  output: '[]',
  returned: null,
});

const hotel = goal('search_hotel', { area: 'north', stars: '4', parking: '' });
const analyse = (
  goals: readonly Goal[],
  calls: readonly CallRecord[],
  { reached = [], fault = null }: { reached?: readonly string[]; fault?: string | null } = {},
): readonly GoalAnalysis[] => analyseErrors({ goals, reached: new Set(reached), calls, fault });
const only = (...args: Parameters<typeof analyse>): Omit<GoalAnalysis, 'goal' | 'tool'> => {
  const { goal: _, tool: __, ...rest } = analyse(...args)[0]!;
  return rest;
};

describe('the error analysis of a goal', () => {
  it('takes the word of the environment that it was reached', () => {
    assert.deepEqual(only([hotel], [], { reached: [hotel.id] }), { verdict: 'reached', errors: [] });
  });

  it('blames nobody when a fault ended the conversation', () => {
    const calls = [call('search_hotel', { area: 'south' })];
    assert.equal(only([hotel], calls, { fault: 'user-fault' }).verdict, 'fault');
    assert.equal(only([hotel], calls, { fault: 'user-fault', reached: [hotel.id] }).verdict, 'reached');
  });

  it('says that its tool was never called', () => {
    assert.equal(only([hotel], []).verdict, 'never-called');
    assert.equal(only([hotel], [call('search_train', { area: 'north' })]).verdict, 'never-called');
  });

  it('says that another tool, or none that exists, was called in its place', () => {
    const found = only([hotel], [call('find_hotel', { area: 'North', stars: '4' })]);
    assert.deepEqual(found, { verdict: 'wrong-tool', called: 'find_hotel', errors: [] });
  });

  it('does not take the right call for another goal for a wrong tool', () => {
    const restaurant = goal('search_restaurant', { area: 'north', stars: '4' });
    const calls = [call('search_restaurant', { area: 'north', stars: '4' })];
    assert.equal(only([hotel, restaurant], calls).verdict, 'never-called');
    const wide = goal('book_hotel', { area: 'north', people: '2' });
    assert.equal(
      only([hotel, wide], [call('book_hotel', { area: 'north', stars: '4', people: '2' })]).verdict,
      'never-called',
    );
  });

  it('does not take any call for a goal without arguments for a wrong tool', () => {
    const open = goal('book_attraction', {});
    assert.equal(only([open], [call('search_hotel', { area: 'north' })]).verdict, 'never-called');
  });

  it('tells which arguments of the nearest call are wrong or missing', () => {
    const calls = [
      call('search_hotel', {}),
      call('search_hotel', { area: 'south', stars: '4', name: 'x' }),
      call('search_hotel', { area: 'north', stars: "don't care" }),
    ];
    assert.deepEqual(only([hotel], calls), {
      verdict: 'wrong-arguments',
      errors: [{ name: 'stars', kind: 'missing', expected: '4' }],
    });
    assert.deepEqual(only([hotel], calls.slice(0, 2)).errors, [
      { name: 'area', kind: 'wrong', expected: 'north', given: 'south' },
    ]);
  });

  it('prefers the latest of equally near calls', () => {
    const calls = ['east', 'west'].map(area => call('search_hotel', { area, stars: '4' }));
    assert.equal(only([hotel], calls).errors[0]?.given, 'west');
  });

  it('calls a right call that did not count unrewarded, and tells what it had too much', () => {
    assert.deepEqual(only([hotel], [call('search_hotel', { area: 'NORTH', stars: '4', name: 'x' })]), {
      verdict: 'unrewarded',
      errors: [{ name: 'name', kind: 'extra', given: 'x' }],
    });
  });

  it('compares texts whatever their case and apostrophes, and other values as JSON', () => {
    const museum = goal('search_attraction', { name: "Kettle's Yard", rooms: 2 });
    assert.equal(
      only([museum], [call('search_attraction', { name: 'kettles yard ', rooms: 2 })]).verdict,
      'unrewarded',
    );
    assert.equal(
      only([museum], [call('search_attraction', { name: 'kettles yard', rooms: '2' })]).errors[0]?.kind,
      'wrong',
    );
  });

  it('bears arguments that are no object', () => {
    const odd: CallRecord = { name: 'search_hotel', arguments: [1], output: '', returned: null };
    assert.deepEqual(
      only([hotel], [odd]).errors.map(error => error.kind),
      ['missing', 'missing'],
    );
  });

  it('does not hold a call for one goal against another of the same tool', () => {
    const orders = ['1', '2'].map(id => goal('get_order', { id }, `order ${id}`));
    const [first, second] = analyse(orders, [call('get_order', { id: '1' })], { reached: ['order 1'] });
    assert.equal(first?.verdict, 'reached');
    assert.equal(second?.verdict, 'never-called');
  });
});

describe('a breakdown of errors', () => {
  it('counts goals by verdict, by tool, and by argument', () => {
    const train = goal('search_train', { day: 'monday' });
    const found = errorBreakdown([
      analyse([hotel, train], [call('search_hotel', { area: 'south' })], { reached: [train.id] }),
      analyse([hotel], [call('search_hotel', { stars: '4', area: 'north', name: 'x' })]),
    ]);
    assert.equal(found.goals, 3);
    assert.deepEqual(found.byVerdict, {
      reached: 1,
      'never-called': 0,
      'wrong-tool': 0,
      'wrong-arguments': 1,
      unrewarded: 1,
      fault: 0,
    });
    assert.equal(found.byTool.search_hotel?.unrewarded, 1);
    assert.deepEqual(found.byArgument, {
      'search_hotel.area': { missing: 0, wrong: 1 },
      'search_hotel.stars': { missing: 1, wrong: 0 },
    });
  });
});
