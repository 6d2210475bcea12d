import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEndpoint } from '../cli/endpoint.testing.ts';
import { openSqlite } from '../store/sqlite.ts';
import { aRun } from '../store/store.conformance.ts';
import type { CastSpec } from './cast.ts';
import { inProcessExecutor } from './in-process.ts';
import type { EpisodeJob } from './job.ts';
import { openRunModels } from './run-models.ts';
import { scriptedCast } from './testing.ts';

test('requests are counted by whose they are, though one model plays both', async t => {
  const { model } = await startEndpoint(t);
  const store = openSqlite(':memory:');
  await store.saveRun(aRun('r'));
  const runModels = await openRunModels(store, 'r', { cache: false }, 'default');
  t.after(() => store.close());
  const cast: CastSpec = {
    ...scriptedCast,
    agent: 'function-calling',
    model,
    user: 'goal',
    userModel: model,
  };
  const limits = { maxMessages: 15, maxTries: 20, maxSteps: 1000 };
  const job: EpisodeJob = { kind: 'episode', split: 'train', index: 0, seed: 1, temperature: 1, ...limits };
  const turns = { agent: 0, user: 0 };
  await inProcessExecutor(runModels).run(cast, [job], episode => {
    for (const { speaker } of episode.turns) turns[speaker]++;
  });
  const { 'asked agent': agent = 0, 'asked user': user = 0, 'asked judge': judge } = runModels.counts();
  assert.equal(user, turns.user, 'the user is asked once for each of its turns');
  assert.ok(agent >= turns.agent, 'the agent also after each result');
  assert.ok(turns.user > 0 && agent > 0);
  assert.equal(judge, undefined);
  await runModels.close();
  const events = await store.events('r');
  assert.equal(events.find(({ name }) => name === 'asked user')?.count, user);
});
