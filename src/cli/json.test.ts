import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type CommandEntry, commands } from './registry.ts';
import { juxta, start, temporaryFolder, until } from './testing.ts';

interface Called {
  readonly words: string;
  /** Fields that the object has. */
  readonly fields: readonly string[];
  readonly code?: number;
  /** It goes on until it is stopped. */
  readonly goesOn?: true;
}

const refused = (words: string): Called => ({ words, fields: ['error'], code: 1 });

/** One call of every command; a new command stands here before this test passes. */
const calls: Readonly<Record<string, readonly Called[]>> = {
  init: [{ words: 'desk', fields: ['folder', 'written'] }, refused('desk')],
  check: [{ words: 'hamlet', fields: ['tools', 'findings'] }, refused('')],
  play: [{ words: 'hamlet --as agent --threads 1', fields: ['run', 'greedy'] }],
  import: [refused('nothing.jsonl --out tasks.jsonl')],
  completion: [{ words: 'fish', fields: ['script'] }],
  selftrain: [refused('--beem 3')],
  rollout: [{ words: '--tasks 1 --agent script --threads 1', fields: ['run', 'trees', 'averageReward'] }],
  export: [{ words: '--run rollout-1 --out data', fields: ['run', 'stage', 'files'] }],
  train: [{ words: '--dataset data --epochs 1 --threads 1', fields: ['run', 'model', 'losses'] }],
  evaluate: [{ words: '--tasks 1 --agent script --threads 1', fields: ['run', 'greedy'] }],
  compare: [
    { words: 'evaluate-1 evaluate-1', fields: ['greedy'] },
    refused('evaluate-1 evaluate-9'),
    refused('evaluate-1'),
  ],
  diagnose: [refused('evaluate-1')],
  runs: [{ words: '', fields: ['runs'] }],
  report: [refused('')],
  view: [{ words: '--port 0', fields: ['url'], goesOn: true }],
  serve: [{ words: '--port 0 --model embedded:base', fields: ['baseUrl', 'models'], goesOn: true }],
  doctor: [refused('embedded:base')],
  'data pull': [refused('toolwoz --from nowhere --to there')],
  copy: [refused('--from here --to there')],
  conformance: [{ words: 'josh nothing.jsonl', fields: ['matched', 'mismatches'], code: 1 }],
};

describe('with --json standard output holds one object and nothing else', () => {
  const folder = temporaryFolder({ after });
  writeFileSync(join(folder, 'nothing.jsonl'), '{}');

  for (const { name } of commands as readonly CommandEntry[])
    it(`juxta ${name}`, async () => {
      const own = calls[name];
      assert.ok(own, `write down here how juxta ${name} is called`);
      for (const { words, fields, code = 0, goesOn } of own) {
        const args = [...name.split(' '), ...words.split(' ').filter(word => word !== ''), '--json'];
        const ended = goesOn ? await stoppedOnce(folder, args) : await juxta(folder, ...args);
        assert.equal(ended.code, code, ended.stderr);
        const object = JSON.parse(ended.stdout) as object;
        for (const field of fields) assert.ok(field in object, `${field} in ${ended.stdout}`);
      }
    });
});

/** Runs it until it has printed its object. */
const stoppedOnce = async (folder: string, args: readonly string[]) => {
  const running = start(folder, ...args);
  let printed = '';
  running.child.stdout!.on('data', (text: string) => {
    printed += text;
  });
  assert.ok(await until(running, () => printed.endsWith('\n')));
  running.child.kill('SIGINT');
  return running.ended;
};
