import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { sampleDialogue, sampleFiles } from '../environments/toolwoz/sample.ts';
import { readTensors, writeTensors } from '../models/embedded/safetensors.ts';
import { baseWeights } from '../models/open.ts';
import {
  contentOf,
  countIn,
  type Ended,
  juxta,
  objectOf,
  shellCall,
  start,
  startProgram,
  temporaryFolder,
  until,
} from './testing.ts';

/** One line that says what is wrong, one that says what to do, and no trace of our insides. */
const assertTold = ({ code, stderr }: Ended, problem: RegExp, wayOut: RegExp): void => {
  const lines = stderr.trimEnd().split('\n');
  const at = lines.findIndex(line => line.startsWith('error: '));
  assert.ok(at >= 0, stderr);
  assert.match(lines[at]!, problem);
  assert.match(lines.slice(at + 1).join('\n'), wayOut);
  assert.doesNotMatch(stderr, /internal error|\n\s+at .*\d+:\d+/);
  assert.equal(code, 1);
};

describe('what is wrong with options or files is told before a run begins', () => {
  const folder = temporaryFolder({ after });
  const refused = (args: string, problem: RegExp, wayOut: RegExp) => ({ args, problem, wayOut });
  const play = 'evaluate --environment toolwoz --data';

  before(async () => {
    const weights = readFileSync(baseWeights);
    writeFileSync(join(folder, 'cut.safetensors'), weights.subarray(0, weights.length / 2));
    writeFileSync(join(folder, 'no.safetensors'), 'weights, they say');
    const { tensors, metadata } = await readTensors(baseWeights);
    const [name, { values }] = [...tensors][0]!;
    const bent = new Map(tensors).set(name, { shape: [1, values.length], values });
    await writeTensors(join(folder, 'bent.safetensors'), bent, metadata, 'F16');

    writeFileSync(join(folder, 'empty.zip'), '');
    writeFileSync(join(folder, 'broken.zip'), 'PK\x03\x04 and then nothing that belongs there');
    mkdirSync(join(folder, 'nothing'));
    const { log: _, ...withoutLog } = sampleDialogue;
    const folders = { whole: sampleDialogue, 'without-log': withoutLog };
    for (const [name, dialogue] of Object.entries(folders)) {
      mkdirSync(join(folder, name));
      const files = { ...sampleFiles, 'data.json': { 'B.json': sampleDialogue, 'C.json': dialogue } };
      for (const [file, content] of Object.entries(files))
        writeFileSync(
          join(folder, name, file),
          typeof content === 'string' ? content : JSON.stringify(content),
        );
    }

    mkdirSync(join(folder, 'rows'));
    writeFileSync(join(folder, 'rows', 'sft.jsonl'), '\n{"messages": [{"role": "user"}]}\n');
    const exchange = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Good day' },
    ];
    writeFileSync(join(folder, 'messages.jsonl'), JSON.stringify({ messages: exchange }));
    writeFileSync(join(folder, 'half.jsonl'), '{"messages": [{"role": "us');
    mkdirSync(join(folder, 'no-rows'));
    writeFileSync(join(folder, 'no-rows', 'sft.jsonl'), '');
  });

  const cases = [
    refused('selftrain --environment nowhere', /no environment called "nowhere"/, /choose one of: hamlet, /),
    refused('rollout --split nowhere', /hamlet has no split named nowhere/, /pretrain, train, gate, test/),
    refused('selftrain --method ppo', /no training method "ppo"/, /sft, kto, dpo, or a sequence/),
    refused('selftrain --method dpo+dpo', /names a method twice/, /a sequence such as sft\+dpo/),
    refused('evaluate --model nobody', /no model "nobody"/, /embedded:base.*juxta runs/),
    refused('evaluate --model embedded:none', /no model "embedded:none"/, /embedded:base.*juxta runs/),
    refused('evaluate --model cut.safetensors', /cut\.safetensors: .*the file is cut short/, /name another/),
    refused('evaluate --model no.safetensors', /this is not a safetensors file/, /name another/),
    refused('evaluate --model bent.safetensors', /weights of another shape: \[1,\d+\], not \[/, /another/),
    refused(`${play} empty.zip`, /empty\.zip: not a zip/, /fetch it again/),
    refused(`${play} broken.zip`, /broken\.zip: not a zip/, /fetch it again/),
    refused(`${play} nothing`, /nothing: no \w+_db\.json in it/, /juxta data pull toolwoz/),
    refused(`${play} nowhere`, /nowhere: there is no such file or folder/, /name another/),
    refused(`${play} without-log`, /data\.json, C\.json, field log/, /name another/),
    refused(
      'rollout --environment toolwoz --data whole --split val --start 9',
      /no task .* from position 9/,
      /--start/,
    ),
    refused('rollout --user goal', /user goal is played by a model, and none is named/, /--user-model/),
    refused('rollout --data whole', /--data means nothing to .* hamlet/, /--environment/),
    refused('rollout --agent ground-truth', /agent ground-truth cannot play hamlet/, /--agent script/),
    refused(
      'evaluate --agent react',
      /embedded model knows no prompts of the agent react/,
      /another --model/,
    ),
    refused('rollout --user-model embedded:base', /embedded model cannot play the user/, /--user-model/),
    refused(
      'rollout --error-rate 0.2',
      /--error-rate means nothing without --agent ground-truth/,
      /leave it/,
    ),
    refused(
      'train --trainer trl --sft-weight 1 --dataset rows',
      /--sft-weight means nothing to the trainer trl/,
      /leave it out/,
    ),
    refused('rollout --branch 11', /no tree of 8 live leaves ever forks into 11/, /--beam 11/),
    refused('rollout --wave 3', /--wave means nothing without --eager/, /give --eager too/),
    refused('evaluate --categories math', /--categories means nothing without --benchmark/, /leave it out/),
    refused('train --rules corrected', /--rules means nothing to the environment/, /leave/),
    refused('evaluate --judge openai:gpt', /no task of hamlet, test, is for a judge/, /τ²-bench/),
    refused('evaluate --user script', /not made from a recorded conversation/, /`goal` or `agenda`/),
    refused('rollout --dry-run', /no model of this run is reached over a network/, /leave --dry-run out$/),
    refused(
      'selftrain --control script --method kto',
      /--control script has data for sft only/,
      /--method sft/,
    ),
    refused(
      'train --trainer trl --python nowhere/python --model qwen --dataset messages.jsonl',
      /cannot start .*nowhere\/python: there is no such program/,
      /--python names the Python/,
    ),
    refused('train --dataset rows', /rows\/sft\.jsonl:2, field messages\[0\]\.content/, /name another/),
    refused('train --dataset half.jsonl', /half\.jsonl:1: is not valid JSON/, /name another/),
    refused('train --dataset no-rows', /holds no example/, /Roll out more/),
    refused('train --dataset rows --method sft+dpo', /needs 2 data sets, not 1/, /--dataset A B/),
    refused('train --dataset absent', /absent: there is no such file/, /juxta export/),
    refused('selftrain --tasks 0', /'0' is invalid. it must be a whole number of at least 1/, /--help/),
    refused('selftrain --min-reward 2', /'2' is invalid. it must be a number from 0 to 1/, /--help/),
    refused('selftrain --level 7', /'7' is invalid. it must be one of: 1, 2, 3/, /--help/),
    refused('selftrain --task 9', /unknown option '--task'/, /Did you mean|--help/),
    refused('selftrain --resume', /there are no runs in /, /--folder.*juxta selftrain/),
    refused('export --run rollout-1 --out data', /there are no runs in /, /--folder/),
    refused('runs', /there are no runs in /, /juxta selftrain/),
    refused('rollout --tasks 1 --folder empty.zip', /cannot make the folder empty\.zip/, /--folder/),
    refused('conformance nothing x.gz', /no conformance suite "nothing"/, /josh, toolwoz/),
    refused('conformance josh x.gz', /x\.gz: cannot be read/, /name another/),
  ];

  test('each in one line with a way out, and nothing is left behind', { concurrency: 2 }, async t => {
    await Promise.all(
      cases.map(({ args, problem, wayOut }) =>
        t.test(`juxta ${args}`, async () =>
          assertTold(await juxta(folder, ...args.split(' ')), problem, wayOut),
        ),
      ),
    );
    assert.ok(!existsSync(join(folder, '.juxta')));
    assert.ok(!existsSync(join(folder, 'data')));
  });

  test('with --json standard output ends with an object that tells of the error', async () => {
    const ended = await juxta(folder, 'selftrain', '--environment', 'nowhere', '--json');
    assert.deepEqual(objectOf(ended), {
      error: {
        code: 'unknown-environment',
        message: 'there is no environment called "nowhere"',
        hint: /hint/.test(ended.stdout) && (objectOf(ended).error as { hint: string }).hint,
      },
    });
    const misspelt = await juxta(folder, 'selftrain', '--task', '9', '--json');
    const message = "unknown option '--task'\n(Did you mean --tasks?)";
    assert.deepEqual(objectOf(misspelt), { error: { code: 'bad-option', message } });
  });
});

describe('what is wrong with a project is told, and nothing in it is lost', () => {
  const folder = temporaryFolder({ after });
  const rollout = ['rollout', '--beam', '2', '--threads', '1', '--tasks'];
  let content: unknown;
  before(async () => {
    await juxta(folder, ...rollout, '2');
    content = contentOf(folder);
  });

  const exports = 'export --run rollout-1 --min-reward 0 --out';
  const told = async (args: string, problem: RegExp, wayOut: RegExp): Promise<void> =>
    assertTold(await juxta(folder, ...args.split(' ')), problem, wayOut);

  test('runs and stages that are not there', async () => {
    await told('rollout --resume rollout-9', /no run "rollout-9"/, /juxta runs/);
    await told('rollout --resume', /no rollout run is unfinished/, /juxta runs/);
    await told(
      'selftrain --resume rollout-1',
      /rollout-1 is not a selftrain run/,
      /juxta rollout --resume rollout-1/,
    );
    await told('rollout --resume --tasks 9', /goes on with its own options; --tasks/, /without --resume/);
    await told('report rollout-1', /no result/, /only self-training/);
    await told(`${exports} data --stage other`, /no trees in a stage "other"/, /roll out/);
    await told(`${exports} data --format other`, /no format "other"/, /trl-sft/);
    await told(`${exports} data --filters other`, /no filter "other"/, /duplicates/);
    await told(`${exports} data --check absent`, /absent\/tokenizer_config\.json: /, /folder of a model/);
    assert.ok(!existsSync(join(folder, 'data')));
  });

  test('a project elsewhere is named by its whole path', async () => {
    const inside = join(folder, 'inside');
    mkdirSync(inside);
    const one = ['rollout', '--agent', 'script', '--tasks', '1', '--folder', join(folder, 'elsewhere')];
    const { stderr } = await juxta(inside, ...one);
    assert.ok(stderr.includes(`run rollout-1 in ${join(folder, 'elsewhere', '.juxta')}`), stderr);
  });

  test('places that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), 'mine');
    await told(`${exports} file`, /file is a file/, /folder/);
    await told(`${exports} file/data`, /cannot write file\/data/, /may be written/);
    if (existsSync('/proc/self')) {
      await told(`${exports} /proc/data`, /cannot write \/proc\/data/, /may be written/);
      await told('rollout --tasks 1 --folder /proc/mine', /cannot make the folder \/proc\/mine/, /--folder/);
    }
    mkdirSync(join(folder, 'notes'));
    writeFileSync(join(folder, 'notes', 'README.md'), 'mine');
    await told(`${exports} notes`, /would be overwritten/, /folder of its own/);
    assert.deepEqual(readdirSync(join(folder, 'notes')), ['README.md']);
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'mine');
  });

  test('a run that another process is at', async () => {
    const busy = start(folder, ...rollout, '500');
    const began = (): boolean => countIn(folder, 'trees', 'roll out') > 2;
    assert.ok(await until(busy, began));
    await told('rollout --resume', /rollout-2 is being written by process \d+/, /wait for it or stop it/);
    const { stdout } = await juxta(folder, 'runs');
    assert.match(stdout, /^rollout-2 +running/m);
    const second = await juxta(folder, ...rollout, '1');
    assert.match(second.stderr, /^run rollout-3 /);
    busy.child.kill('SIGTERM');
    const { code, stderr } = await busy.ended;
    assert.equal(code, 143, stderr);
    assert.match(
      (await juxta(folder, 'runs')).stdout,
      /^rollout-2 +stopped .*juxta rollout --resume rollout-2$/m,
    );
  });

  test('a run whose configuration is damaged', async () => {
    const database = new DatabaseSync(join(folder, '.juxta', 'juxta.sqlite'));
    const configure = (configuration: string): void => {
      database.prepare("UPDATE runs SET configuration = ? WHERE id = 'rollout-2'").run(configuration);
    };
    const { configuration } = database
      .prepare("SELECT configuration FROM runs WHERE id = 'rollout-2'")
      .get()!;
    configure(String(configuration).slice(0, 40));
    await told('runs --json', /configuration of rollout-2 cannot be read: the store in .*juxta/, /anew/);
    await told('rollout --resume rollout-2', /configuration of rollout-2 cannot be read/, /anew/);
    configure(String(configuration));
    database.close();
  });

  test('a store of a newer schema, and a file that is no store', async () => {
    const file = join(folder, '.juxta', 'juxta.sqlite');
    const setVersion = (version: number): void => {
      const database = new DatabaseSync(file);
      database.exec(`PRAGMA user_version = ${version}`);
      database.close();
    };
    const database = new DatabaseSync(file);
    const version = Number(Object.values(database.prepare('PRAGMA user_version').get()!)[0]);
    database.close();
    setVersion(version + 1);
    await told('runs', /has schema version \d+, this Juxta knows/, /update Juxta/);
    await told('rollout --tasks 1', /has schema version \d+, this Juxta knows/, /update Juxta/);
    setVersion(version);
    assert.deepEqual(
      contentOf(folder).trees.filter(row => row.run === 'rollout-1'),
      (content as { trees: unknown }).trees,
    );

    const other = join(folder, 'other');
    mkdirSync(join(other, '.juxta'), { recursive: true });
    appendFileSync(join(other, '.juxta', 'juxta.sqlite'), 'this was never a database, was it?'.repeat(99));
    await told('runs --folder other', /the file is no database/, /another project folder, or move/);
  });
});

/** Whether this machine lets a process of its own mount a small disk; nobody else sees it. */
const withoutMounts =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
    ? false
    : 'no small disk can be mounted here';

describe('a disk that is full or read-only', { skip: withoutMounts }, () => {
  const folder = temporaryFolder({ after });
  const onDisk = async (...commands: readonly string[]): Promise<string[]> => {
    const script = [
      'mount -t tmpfs -o size=260k none . && cd "$PWD"',
      ...commands.map(command => `${command}; echo "code $?"; echo ==`),
    ].join('\n');
    const { stdout } = await startProgram(folder, 'unshare', '-rm', 'sh', '-c', `exec 2>&1\n${script}`).ended;
    return stdout.split('\n==\n');
  };

  test('stops the run with what is finished kept, and it goes on once there is room', async () => {
    const [first, , listed, , second, again, , exported, readOnly] = await onDisk(
      `${shellCall} rollout --tasks 24 --beam 4`,
      'head -c 1m /dev/zero > filler', // to the last byte
      `${shellCall} runs`,
      'rm filler && mount -o remount,size=20m .',
      `${shellCall} rollout --resume`,
      `${shellCall} runs`,
      'mount -o remount,ro .',
      `${shellCall} export --run rollout-1 --min-reward 0 --out data`,
      `${shellCall} rollout --tasks 1`,
    );
    assert.match(
      first!,
      /^error: .*the disk is full.*\n {2}free some space.*\n {2}then go on with: juxta rollout --resume rollout-1\ncode 1$/m,
    );
    assert.match(listed!, /^rollout-1 +(failed|killed) .*--resume rollout-1\ncode 0$/);
    const kept = Number(/^roll out: (\d+)\/24/m.exec(second!)?.[1]);
    assert.ok(kept > 0, second);
    assert.match(second!, /^24 trees in /m);
    assert.match(again!, /^rollout-1 +finished .*24 trees/m);
    for (const told of [exported!, readOnly!]) {
      assert.match(told, /^error: .*(cannot|may not) (be |write).*\n {2}\S.*\ncode 1$/im);
      assert.doesNotMatch(told, /internal error/);
    }
  });
});
