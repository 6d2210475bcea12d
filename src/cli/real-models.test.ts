/** Self-training of models that a server plays and TRL or a service trains: scripted servers, and a stand-in for TRL. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openHamlet } from '../environments/hamlet/hamlet.ts';
import { scriptedPolicy } from '../models/testing/scripted-policy.ts';
import { type ScriptedServer, startScriptedServer } from '../models/testing/scripted-server.ts';
import { startHostedServer } from '../train/hosted/testing/server.ts';
import { standInPython } from '../train/trl/testing/stand-in.ts';
import { juxta, objectOf, rowsIn, temporaryFolder, wordsOf } from './testing.ts';

interface Round {
  readonly examples: Readonly<Record<string, number>>;
  readonly mixed: Readonly<Record<string, number>>;
  readonly kept: boolean;
}

/** Plays `base` poorly and what was trained well, once that has been loaded. */
const startServer = (loaded: (model: string) => boolean): Promise<ScriptedServer> => {
  const hamlet = openHamlet({ level: 1 });
  const tasks = ['train', 'gate', 'test'].flatMap(split =>
    hamlet.tasks(split, { count: 40 }).map(task => ({ ...task, goals: hamlet.goals(task) })),
  );
  const playing = (rightCall: number) =>
    scriptedPolicy({ tasks, agentWords: 6, userWords: 6, afterUser: { rightCall, partialSearch: 0.2 } });
  const [weak, strong] = [playing(0.2), playing(0.7)];
  return startScriptedServer({
    policy: (request, seed) => {
      if (request.model === 'base') return weak(request, seed);
      if (loaded(request.model)) return strong(request, seed);
      throw new Error(`no model ${request.model}`);
    },
  });
};

describe('juxta selftrain --trainer trl', () => {
  const folder = temporaryFolder({ after });
  const python = standInPython(join(folder, 'python'));
  const list = join(folder, 'loaded.txt');
  writeFileSync(list, '');
  let server: ScriptedServer;
  before(async () => {
    server = await startServer(model => readFileSync(list, 'utf8').split('\n').includes(model));
  });
  after(() => server.close());
  const options = (): readonly string[] => {
    const model = `${server.baseUrl}#base`;
    const players = ['--environment', 'hamlet', '--level', '1', '--model', model, '--user-model', model];
    const trainer = ['--trainer', 'trl', '--python', python, '--base', 'org/base', '--method', 'kto'];
    const sizes = ['--tasks', '4', '--test-tasks', '4', '--gate-tasks', '4', '--beam', '4'];
    const rest = [
      '--min-reward',
      '0.1',
      '--preset',
      'paper-kto',
      '--set',
      'use_cpu=true',
      '--sample-seeds',
      '--json',
    ];
    return [...players, ...trainer, ...sizes, ...rest];
  };

  test('waits for a person to serve the adapter, and goes on once it answers', async () => {
    const waited = await juxta(folder, 'selftrain', ...options(), '--serve-timeout', '0');
    assert.equal(waited.code, 1);
    assert.equal((objectOf(waited).error as { code: string }).code, 'not-served');
    assert.match(waited.stderr, /vllm serve org\/base .*--lora-modules selftrain-1-round-1=/);
    assert.match(waited.stderr, /then go on with: juxta selftrain --resume/);

    appendFileSync(list, 'selftrain-1-round-1\n');
    const { code, stderr } = await juxta(folder, 'selftrain', '--resume', '--json');
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /train kto: 1\//, 'what is trained is not trained again');
    assert.match(stderr, new RegExp(`^model: ${server.baseUrl}#selftrain-1-round-1$`, 'm'));
    const stages = rowsIn(folder, "SELECT DISTINCT stage FROM evaluations WHERE run = 'selftrain-1'");
    assert.ok(stages.some(({ stage }) => stage === 'after, sampled'));
  });

  test('its report tells what its models took, over all its processes', () => {
    const run = join(folder, '.juxta/runs/selftrain-1');
    const page = readFileSync(join(run, 'report.html'), 'utf8');
    const calls = Number(/<li>requests: (\d+) calls, \d+ k tokens/.exec(page)?.[1]);
    assert.equal(
      calls,
      rowsIn(folder, "SELECT count(*) AS n FROM completions WHERE run = 'selftrain-1'")[0]?.n,
    );
  });

  test('of several rounds each trains from the base with earlier data, or from the merged last', async () => {
    const command = `test -f "$JUXTA_ADAPTER/adapter_config.json" && echo "$JUXTA_MODEL" >> '${list}' && echo on "$JUXTA_BASE"`;
    const rounds = ['--rounds', '2', '--serve-command', command, '--mix', '0.5'];
    const fromBase = await juxta(folder, 'selftrain', ...options(), ...rounds);
    assert.equal(fromBase.code, 0, fromBase.stderr);
    const { rounds: made } = objectOf(fromBase) as unknown as { readonly rounds: readonly Round[] };
    assert.deepEqual(made[0]!.mixed, {});
    const { examples, mixed } = made[1]!;
    assert.equal(mixed.kto, Math.min(examples.kto!, made[0]!.examples.kto!));
    const given = (run: string, round: number) =>
      readFileSync(join(folder, '.juxta/runs', run, `round-${round}/kto/options.json`), 'utf8');
    assert.match(given('selftrain-2', 2), /"model": "org\/base"/);
    assert.match(given('selftrain-2', 2), /"data": "[^"]*round-2\/mixed\/kto\.jsonl"/);
    const log = join(folder, '.juxta/runs/selftrain-2/round-2/serve.log');
    assert.match(readFileSync(log, 'utf8'), /^on org\/base$/m);

    const merging = ['--rounds', '2', '--serve-command', command, '--from', 'last'];
    const fromLast = await juxta(folder, 'selftrain', ...options(), ...merging);
    assert.equal(fromLast.code, 0, fromLast.stderr);
    const kept = (objectOf(fromLast).rounds as readonly Round[])[0]!.kept;
    assert.ok(kept, 'the first round plays better');
    assert.match(given('selftrain-3', 2), /"model": "[^"]*selftrain-3\/round-2\/base-merged"/);
    assert.ok(existsSync(join(folder, '.juxta/runs/selftrain-3/round-2/base-merged/config.json')));
    const [model] = rowsIn(folder, "SELECT path, metadata FROM models WHERE id = 'selftrain-3'");
    assert.match(String(model?.path), /round-\d\/kto\/adapter$/);
  });

  test('tells at once what cannot work', async () => {
    const refused = async (code: string, ...args: readonly string[]): Promise<void> => {
      const ended = await juxta(folder, 'selftrain', ...args, '--json');
      assert.equal((objectOf(ended).error as { code: string }).code, code, ended.stderr);
    };
    await refused('not-trainable', '--trainer', 'trl', '--base', 'org/base');
    await refused('not-trainable', '--model', `${server.baseUrl}#base`);
    await refused('bad-option', ...options(), '--served', 'http://localhost:1/v1#fixed');
    await refused('wrong-method', ...options(), '--method', 'sft');
    await refused('bad-option', '--serve-command', 'true');
    assert.equal(rowsIn(folder, 'SELECT id FROM runs').length, 3);
  });

  test('a command that fails is told of', async () => {
    const { code, stderr } = await juxta(folder, 'selftrain', ...options(), '--serve-command', 'exit 3');
    assert.equal(code, 1);
    assert.match(stderr, /should serve selftrain-4-round-1 failed: it ended with code 3/);
  });
});

/** One address for a service's players and its fine-tuning, as services have. */
const startService = async (
  key: string,
): Promise<{ readonly baseUrl: string; close(): Promise<unknown> }> => {
  const players = await startServer(model => model.startsWith('ft:'));
  const training = await startHostedServer({ protocol: 'openai', key });
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const to = request.url!.startsWith('/v1/chat') ? players : training;
    const { method = 'GET' } = request;
    const init = { method, headers, ...(method === 'POST' && { body: Buffer.concat(body) }) };
    const answer = await fetch(`${to.baseUrl}${request.url!.slice('/v1'.length)}`, init);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.close();
      server.closeAllConnections();
      return Promise.all([players.close(), training.close()]);
    },
  };
};

test('a service trains and plays: each round goes on from its last model, once the cost is agreed to', async t => {
  const folder = temporaryFolder(t);
  process.env.OPENAI_API_KEY = 'sk-test-key';
  const service = await startService('sk-test-key');
  t.after(() => service.close());
  t.after(() => {
    delete process.env.OPENAI_API_KEY;
  });
  const model = `${service.baseUrl}#base`;
  const players = ['--level', '1', '--model', model, '--user-model', model, '--sample-seeds'];
  const trainer = ['--trainer', 'openai', '--endpoint', service.baseUrl, '--poll', '0.05', '--method', 'sft'];
  const sizes = '--tasks 20 --test-tasks 4 --gate-tasks 4 --beam 4 --min-reward 0.1'.split(' ');
  const refused = await juxta(folder, 'selftrain', ...players, ...trainer, ...sizes, '--rounds', '2');
  assert.match(wordsOf(refused), /^cost: \d+ examples/m);
  assert.match(refused.stderr, /nothing was sent/);
  const { code, stderr, stdout } = await juxta(folder, 'selftrain', '--resume', '--yes');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^model: http:.*#ft:(ft:)?base:org::abc/m);
  const bases = rowsIn(folder, "SELECT base FROM models WHERE id LIKE '%/round-%' ORDER BY id");
  assert.equal(bases[0]?.base, model);
  assert.match(String(bases[1]?.base), /#ft:base:org::abc$/);
});
