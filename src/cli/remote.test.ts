/** Runs with models that are reached over a network: real processes, a real HTTP server, real kills. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '../dialogue/turn.ts';
import { harvest } from '../harvest/harvest.ts';
import { assertFaultsReported } from '../models/testing/reported-faults.ts';
import { everyFault } from '../models/testing/scripted-server.ts';
import { openExistingProject } from '../runs/project/project.ts';
import { storedTrees } from '../runs/rollout.ts';
import { startEndpoint } from './endpoint.testing.ts';
import { contentOf, juxta, objectOf, start, temporaryFolder, until, wordsOf } from './testing.ts';

interface Rollout {
  readonly trees: number;
  readonly requests: {
    readonly calls: number;
    readonly usd: number | null;
    readonly events: Readonly<Record<string, number>>;
  };
}

test('with every kind of fault at 5 % all tasks finish, none counts against the agent, and all are told', async t => {
  const endpoint = await startEndpoint(t, { faults: everyFault(0.05) });
  const folder = temporaryFolder(t);
  const quick = ['--timeout', '1', '--retry-wait', '0.01'];
  const ended = await juxta(folder, 'rollout', ...endpoint.options, ...quick, '--json');
  assert.equal(ended.code, 0, ended.stderr);
  const { trees, requests } = objectOf(ended) as unknown as Rollout;
  assert.equal(trees, 4);
  const { faults: made } = endpoint.stats();
  assertFaultsReported(requests.events, made);
  assert.ok(requests.events['resample unknown-tool']! > 0);
  assert.match(wordsOf(ended), /failed requests: \d+ \(.*\d+ rate-limit.*\)/);
  assert.match(wordsOf(ended), /unusable answers, sampled again: \d+ \(/);

  const project = await openExistingProject(folder);
  try {
    for await (const tree of storedTrees(project, { run: 'rollout-1', stage: 'roll out' })) {
      assert.equal(tree.fault, undefined);
      assert.doesNotMatch(JSON.stringify(tree), /no_such_tool|: nor"/);
      const causes = new Map(tree.nodes.map(node => [node.path, node.cause]));
      for (const example of harvest(tree, [], { minReward: 0 }).examples) {
        const negative =
          example.kind === 'dpo'
            ? example.rejectedPath
            : example.kind === 'kto' && !example.label && example.source?.path;
        if (typeof negative === 'string') assert.ok(!isFault(causes.get(negative)), negative);
      }
    }
  } finally {
    await project.store.close();
  }
});

test('killed inside its trees and resumed, a run asks again only what was in flight, and grows the same trees', async t => {
  const inFlight = 6;
  const endpoint = await startEndpoint(t, { latencyMs: 10 });
  const folder = temporaryFolder(t);
  const running = start(folder, 'rollout', ...endpoint.options, '--in-flight', String(inFlight));
  assert.ok(await until(running, () => endpoint.stats().answered >= 60));
  running.child.kill('SIGKILL');
  await running.ended;
  const finished = new Set(contentOf(folder).trees.map(row => row.task)).size;
  assert.ok(finished < 4, 'the kill came too late');

  const resumed = await juxta(folder, 'rollout', '--resume');
  assert.equal(resumed.code, 0, resumed.stderr);
  const { repeated } = endpoint.stats();
  assert.ok(repeated <= inFlight, `${repeated} requests were asked again`);

  const asked = endpoint.stats().requests;
  const unbroken = temporaryFolder(t);
  const { code } = await juxta(unbroken, 'rollout', ...endpoint.options, '--in-flight', String(inFlight));
  assert.equal(code, 0);
  assert.deepEqual(contentOf(folder).trees, contentOf(unbroken).trees);
  assert.ok(asked - repeated <= endpoint.stats().requests - asked, 'more was asked than without the kill');
});

test('a cap holds over a kill and over resumes; raised, the run comes to the end it would have come to', async t => {
  const endpoint = await startEndpoint(t, { latencyMs: 5 });
  const folder = temporaryFolder(t);
  const cap = 80;
  const capped = [...endpoint.options, '--in-flight', '8', '--max-calls', String(cap)];
  const running = start(folder, 'rollout', ...capped);
  assert.ok(await until(running, () => endpoint.stats().requests >= 40));
  running.child.kill('SIGKILL');
  await running.ended;
  for (let i = 0; i < 2; i++) {
    const { code, stderr } = await juxta(folder, 'rollout', '--resume');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /the budget is used up.*everything finished is kept\n.*raise --max-usd.*\n.*--resume rollout-1/,
    );
    assert.ok(endpoint.stats().requests <= cap, `${endpoint.stats().requests} requests`);
  }
  const ended = await juxta(folder, 'rollout', '--resume', '--max-calls', '100000');
  assert.equal(ended.code, 0, ended.stderr);
  const unbroken = temporaryFolder(t);
  await juxta(unbroken, 'rollout', ...endpoint.options);
  assert.deepEqual(contentOf(folder).trees, contentOf(unbroken).trees);
});

test('a cap that comes only with the resume counts what was sent before the kill', async t => {
  const endpoint = await startEndpoint(t, { latencyMs: 5 });
  const folder = temporaryFolder(t);
  const running = start(folder, 'rollout', ...endpoint.options, '--in-flight', '8');
  assert.ok(await until(running, () => endpoint.stats().requests >= 40));
  running.child.kill('SIGKILL');
  await running.ended;
  const sent = endpoint.stats().requests;
  const cap = 80;
  const capped = await juxta(folder, 'rollout', '--resume', '--max-calls', String(cap));
  assert.equal(capped.code, 1);
  assert.match(capped.stderr, /the budget is used up \(\d+ calls/);
  assert.doesNotMatch(capped.stderr, /(requests:|used up).* leaves/);
  const { requests: asked } = endpoint.stats();
  assert.ok(sent < asked && asked <= cap, `${sent} requests, then ${asked}`);

  const ended = await juxta(folder, 'rollout', '--resume', '--max-calls', '100000', '--json');
  assert.equal(ended.code, 0, ended.stderr);
  const { requests } = objectOf(ended) as unknown as Rollout;
  assert.ok(requests.calls >= endpoint.stats().requests);
  assert.equal(requests.usd, null, 'the price of the scripted model is unknown');
});

test('an address where nobody listens ends the run soon, and is what is told of', async t => {
  const endpoint = await startEndpoint(t);
  await endpoint.close();
  const folder = temporaryFolder(t);
  const { code, stderr } = await juxta(folder, 'rollout', ...endpoint.options, '--retry-wait', '0.2');
  assert.equal(code, 1);
  assert.match(stderr, /^requests: 0 calls, 0 k tokens, 20 failed$/m);
  assert.match(stderr, /ECONNREFUSED.*\n.*the server is running.*\n.*--resume rollout-1/);
});

test('a wrong key ends the run with nothing lost; the right one lets it go on', async t => {
  const endpoint = await startEndpoint(t, { key: 'right' });
  const folder = temporaryFolder(t);
  const variable = `JUXTA_KEY_${new URL(endpoint.baseUrl).host.replaceAll(/[.:]/g, '_')}`;
  t.after(() => delete process.env[variable]);
  process.env[variable] = 'wrong';
  const refused = await juxta(folder, 'rollout', ...endpoint.options);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /HTTP 401.*is the key right.*\n.*\n.*--resume rollout-1/);
  assert.deepEqual(contentOf(folder).trees, []);
  process.env[variable] = 'right';
  const { code, stderr } = await juxta(folder, 'rollout', '--resume');
  assert.equal(code, 0, stderr);
});

test('a dry run tells what all tasks would take, within bounds, and what it played is not played again', async t => {
  const endpoint = await startEndpoint(t);
  const folder = temporaryFolder(t);
  const dry = await juxta(folder, 'rollout', ...endpoint.options, '--dry-run', '3', '--json');
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(
    wordsOf(dry),
    /^4 tasks, told from 3, .*\n {2}\d+ \(\d+ to \d+\) calls, .*at an unknown price$/m,
  );
  const { estimate } = objectOf(dry) as unknown as {
    estimate: { total: { calls: { low: number; expected: number; high: number } } };
  };
  const probed = endpoint.stats().requests;
  const { low, expected, high } = estimate.total.calls;
  assert.ok(probed <= low && low <= expected && expected <= high);

  const { code } = await juxta(folder, 'rollout', '--resume');
  assert.equal(code, 0);
  assert.equal(endpoint.stats().repeated, 0);
  const unbroken = temporaryFolder(t);
  await juxta(unbroken, 'rollout', ...endpoint.options);
  assert.deepEqual(contentOf(folder).trees, contentOf(unbroken).trees);
});

test('what cannot be begun is said before a run is', async t => {
  const endpoint = await startEndpoint(t);
  const folder = temporaryFolder(t);
  for (const [options, problem] of [
    [['--max-usd', '1'], /the price of \S+ is unknown.*\n.*--prices FILE/],
    [['--model', 'openai:gpt-4o'], /OPENAI_API_KEY/],
    [['--user', 'human'], /--beam 1/],
  ] as const) {
    const { code, stderr } = await juxta(folder, 'rollout', ...endpoint.options, ...options);
    assert.equal(code, 1);
    assert.match(stderr, problem);
  }
  const local = await juxta(folder, 'rollout', '--agent', 'script', '--tasks', '2', '--dry-run');
  assert.match(local.stderr, /it costs nothing but time/);
  assert.ok(!existsSync(join(folder, '.juxta')));
});
