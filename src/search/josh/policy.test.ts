import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noUsage, type Turn } from '../../dialogue/turn.ts';
import type { Play } from '../../play/play.ts';
import { policyConformance } from '../policy.conformance.ts';
import { josh } from './josh.ts';
import { childNames, defaultSearch, mostBranches, type SearchOptions } from './options.ts';
import { joshPolicy } from './policy.ts';

policyConformance(joshPolicy, {
  options: fc.record({
    beam: fc.constantFrom(1, 2, 8, 40),
    branch: fc.constantFrom(2, 3, 10, 11, 12),
    branching: fc.constantFrom('turn' as const, 'action' as const, 'mutating' as const),
    maxTries: fc.integer({ min: 1, max: 4 }),
    maxRounds: fc.integer({ min: 1, max: 6 }),
    eager: fc.boolean(),
    wave: fc.constantFrom(1, 3),
    userErrors: fc.constant('leaf' as const),
    outOfTries: fc.constantFrom('unfinished' as const, 'all' as const),
  }),
  limits: ({ beam, maxRounds }) => ({ leaves: beam, rounds: maxRounds }),
});

const turn = (text: string): Turn => ({
  speaker: 'agent',
  visible: [{ role: 'assistant', content: text }],
  internal: [],
  calls: [],
  usage: noUsage,
});

/** Calls twice, then speaks. */
const twoCalls: Play<number, string> = {
  goals: ['never'],
  agentStep: async state => ({
    state: state + 1,
    turn: turn(state % 3 === 2 ? 'speech' : 'call'),
    status: state % 3 === 2 ? 'spoke' : 'acting',
  }),
  userStep: async state => ({ state, turn: turn('user'), status: 'spoke' }),
  hits: () => [],
  close: open => ({ left: open }),
  outOfTries: state => ({ state, turn: turn('sorry') }),
};

const saidIn = async (options: Partial<SearchOptions>): Promise<readonly (string | null | undefined)[]> => {
  const search = josh(
    twoCalls,
    { state: 0, turns: [] },
    { ...defaultSearch, beam: 1, maxRounds: 1, ...options },
  );
  let next = await search.next();
  while (!next.done) next = await search.next();
  return next.value.nodes.flatMap(node =>
    node.turns.flatMap(({ visible }) => visible.map(message => message.content)),
  );
};

test('a leaf that spoke with its last try does not apologise', async () => {
  assert.deepEqual(await saidIn({ maxTries: 3 }), ['call', 'call', 'speech', 'user']);
});

test('a leaf that still called with its last try does', async () => {
  assert.deepEqual(await saidIn({ maxTries: 2 }), ['call', 'call', 'sorry', 'user']);
});

test('as in the reference, all that took the last try do', async () => {
  assert.deepEqual(await saidIn({ maxTries: 3, outOfTries: 'all' }), [
    'call',
    'call',
    'speech',
    'sorry',
    'user',
  ]);
});

test('children have names of one character each, so that a path can be read in one way alone', () => {
  for (let branch = 2; branch <= mostBranches; branch++) {
    const names = childNames(branch);
    assert.equal(new Set(names).size, branch);
    assert.ok(names.every(name => name.length === 1));
  }
  assert.deepEqual(childNames(2), ['L', 'R']);
});

test('more children than there are names for are refused', async () => {
  await assert.rejects(saidIn({ branch: mostBranches + 1 }), /a fork cannot have 37 children/);
});

test('a line that fails after it reached the last goal has failed, and keeps what it earned', async () => {
  const play: Play<number, string> = {
    ...twoCalls,
    goals: ['first call'],
    agentStep: async state =>
      state === 0
        ? { state: 1, turn: turn('call'), status: 'acting' }
        : { state, turn: { ...turn(''), error: 'broken' }, status: 'over', cause: 'infrastructure-fault' },
    hits: (state, open) => (state === 1 ? open : []),
    close: () => ({ left: [] }),
  };
  const search = josh(play, { state: 0, turns: [] }, { ...defaultSearch, beam: 1 });
  let next = await search.next();
  while (!next.done) next = await search.next();
  assert.equal(next.value.reward, 1);
  assert.equal(next.value.nodes[0]!.cause, 'infrastructure-fault');
});
