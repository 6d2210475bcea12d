import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPace } from '../../environments/environment.ts';
import { tauPace } from '../../environments/tau-bench/environment.ts';
import { paceOf } from './pace.ts';
import { playersOf } from './players.ts';
import { searchOf } from './search.ts';

test('tries and turns are the environment’s own, or as told', () => {
  assert.deepEqual(paceOf(defaultPace, {}), defaultPace);
  assert.deepEqual(paceOf(defaultPace, { agentTries: 3 }), { ...defaultPace, tries: 3 });
  assert.deepEqual(paceOf(defaultPace, { maxTurns: 4 }), { ...defaultPace, messages: 4, rounds: 4 });
});

test('where the agent’s steps are limited, turns are steps, and messages as many as those may need', () => {
  const { steps, turnSteps, rounds, messages, tries } = paceOf(tauPace, { maxTurns: 5 });
  assert.deepEqual([steps, turnSteps, rounds, messages, tries], [5, 5, 5, 11, tauPace.tries]);
});

test('a search keeps to the tries and turns that were asked for', async () => {
  const options = {
    environment: 'hamlet',
    environmentOptions: {},
    agent: 'script',
    protocol: 'default',
  } as const;
  const { pace } = await playersOf({ ...options, agentTries: 2, maxTurns: 3 }, '.');
  const search = { beam: 1, branch: 2, branching: 'turn', eager: false, wave: 1 } as const;
  const { maxTries, maxRounds } = searchOf(search, pace);
  assert.deepEqual([maxTries, maxRounds], [2, 3]);
});
