import assert from 'node:assert/strict';
import { test } from 'node:test';
import { query } from './query.ts';
import { correctedRules, referenceRules, travelRules } from './rules.ts';
import { sampleDatabase, sampleTask } from './sample.ts';
import { hideFirstChoice, serve } from './serve.ts';
import type { DomainGoals } from './task.ts';

const hotelGoals = sampleTask.domains[0]!;
const { book: _, ...searchOnly } = hotelGoals;

const served = (goals: DomainGoals, args: Record<string, string>, rules = referenceRules) => {
  const results = query(sampleDatabase[goals.domain]!, args, rules);
  const record = serve(goals, args, results, rules);
  return record?.name ?? record?.trainID;
};

test('those who ask for all of the goal get what is to be booked', () => {
  assert.equal(served(hotelGoals, { area: 'north', pricerange: 'cheap' }), 'birch');
  assert.equal(served(hotelGoals, { area: 'north', pricerange: 'cheap', stars: '3' }), 'birch');
});

test('if it is not among the results they get the last unsuitable one, or nothing', () => {
  const results = query(sampleDatabase.hotel!, { stars: '4' }, referenceRules);
  const args = { area: 'north', pricerange: 'cheap', stars: '4' };
  assert.equal(serve(hotelGoals, args, results, referenceRules)?.name, 'fir');
  assert.equal(served(hotelGoals, args), undefined);
});

test('without a booking they get the first result', () => {
  assert.equal(served(searchOnly, { area: 'north', pricerange: 'cheap' }), 'acorn');
});

test('those who ask for less get the last unsuitable result where there is one', () => {
  assert.equal(served(hotelGoals, { area: 'north' }), 'fir');
  assert.equal(served(hotelGoals, {}), 'fir');
  assert.equal(served(hotelGoals, { pricerange: 'cheap' }), "kate's");
});

test('those who ask for less but hit only suitable results get what is to be booked, else the first', () => {
  const suitable = query(sampleDatabase.hotel!, { area: 'north', pricerange: 'cheap' }, referenceRules);
  assert.equal(serve(hotelGoals, { area: 'north' }, suitable, referenceRules)?.name, 'birch');
  assert.equal(serve(hotelGoals, { area: 'north' }, suitable.slice(0, 1), referenceRules)?.name, 'acorn');
  assert.equal(serve(searchOnly, { area: 'north' }, suitable, referenceRules)?.name, 'acorn');
});

test('those who ask for something else get the first result', () => {
  assert.equal(served(hotelGoals, { area: 'south' }), "kate's");
  assert.equal(served(hotelGoals, { area: 'north', stars: '4' }), 'acorn');
});

test('a time of the goal makes every result unsuitable, but not when corrected (D9)', () => {
  const trains: DomainGoals = {
    domain: 'train',
    search: { leaveAt: '09:00', departure: 'ely' },
  };
  assert.equal(served(trains, { leaveAt: '09:00' }), 'TR3');
  assert.equal(served(trains, { leaveAt: '09:00' }, correctedRules), 'TR1');
});

test('a domain with a booking but no search goal serves what is to be booked', () => {
  const { search: __, ...bookOnly } = hotelGoals;
  assert.equal(served(bookOnly, { area: 'north' }), 'birch');
  assert.equal(served(bookOnly, { area: 'south' }), "kate's");
});

test('corrected, the first choice is not to be had, while what is wanted stays (D1)', () => {
  const visible = (goals: DomainGoals, rules = travelRules({ firstChoiceFails: true })) =>
    hideFirstChoice(goals, sampleDatabase.hotel!.rows, rules).map(row => row.name);
  assert.equal(visible(hotelGoals, referenceRules).length, 5);
  assert.deepEqual(visible(hotelGoals), ['acorn', 'birch', "kate's", 'Elm']);
  const wide: DomainGoals = { ...hotelGoals, failure: { search: { area: 'north' } } };
  assert.deepEqual(visible(wide), ['acorn', 'birch', "kate's", 'Elm']);
  const blank: DomainGoals = { ...hotelGoals, failure: { search: { area: '' } } };
  assert.equal(visible(blank).length, 5);
  const booked: DomainGoals = {
    ...hotelGoals,
    book: { ...hotelGoals.book!, uniqueId: 'fir' },
  };
  assert.equal(visible(booked).includes('fir'), true);
});
