import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { SearchOptions } from '../search/josh/josh.ts';
import type { JoshTree } from '../search/josh/tree.ts';
import { openCast } from './cast.ts';
import { doJob, type TreeJob } from './job.ts';
import { embeddedCast, scriptedCast, treeJob } from './testing.ts';

const branchings = fc.constantFrom<SearchOptions['branching']>('turn', 'action', 'mutating');
const jobs = fc
  .record({
    index: fc.nat(999),
    seed: fc.nat(),
    beam: fc.integer({ min: 2, max: 6 }),
    branching: branchings,
  })
  .map(({ index, seed, ...search }) =>
    treeJob(index, { ...search, maxTries: search.branching === 'turn' ? 20 : 8 }, seed),
  );

describe('a search with the model that ships', () => {
  const castFor = (job: TreeJob) =>
    openCast(embeddedCast(job.search.branching === 'turn' ? 'turns' : 'requests'));
  const play = async (job: TreeJob): Promise<JoshTree> => doJob(await castFor(job), job);

  test('gives the same tree whatever else its model has done, or does at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, jobs, async (job, other) => {
        const alone = await play(job);
        const cast = await castFor(job);
        await doJob(cast, { ...other, search: { ...other.search, branching: job.search.branching } });
        const [together] = await Promise.all([doJob(cast, job), doJob(cast, { ...job, seed: job.seed + 1 })]);
        assert.equal(JSON.stringify(together), JSON.stringify(alone));
      }),
      { numRuns: 5, seed: 1 },
    );
  });

  test('names the same winners whether it stops early or not, and then plays no more than needed', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, async job => {
        const patient = await play(job);
        const eager = await play({ ...job, search: { ...job.search, eager: true } });
        assert.deepEqual(eager.collapses, patient.collapses);
        assert.deepEqual([eager.reward, eager.rounds], [patient.reward, patient.rounds]);
        assert.equal(JSON.stringify(winning(eager)), JSON.stringify(winning(patient)));
        assert.ok(turnsIn(eager) <= turnsIn(patient));
      }),
      { numRuns: 8, seed: 2 },
    );
  });
});

const winning = (tree: JoshTree) => tree.nodes.filter(node => node.golden);
const turnsIn = (tree: JoshTree): number => tree.nodes.reduce((sum, node) => sum + node.turns.length, 0);

test('a job for a task that is not there names it', async () => {
  await assert.rejects(doJob(await openCast(scriptedCast), { ...treeJob(0), split: 'nowhere' }), {
    code: 'unknown-split',
  });
});
