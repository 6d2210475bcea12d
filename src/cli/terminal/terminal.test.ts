import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JuxtaError } from '../../base/errors.ts';
import { fileError } from './file-errors.ts';
import { duration, perform, progressOn } from './terminal.ts';

const recorder = (isTTY: boolean) => {
  const written: string[] = [];
  const stream = { isTTY, columns: 60, write: (text: string) => written.push(text) > 0 };
  return { written, stream: stream as unknown as NodeJS.WriteStream };
};

test('on a terminal one line is rewritten, no longer than the terminal, and ended with its stage', () => {
  const { written, stream } = recorder(true);
  const draw = progressOn(stream, { terminalMs: 0, pipeMs: 0 });
  for (const done of [0, 1, 2])
    draw({ stage: 'roll out', done, total: 2, unit: 'tasks', note: 'x'.repeat(99) });
  assert.equal(written.length, 3);
  const begin = '\r\x1b[2K';
  for (const text of written) {
    assert.ok(text.startsWith(`${begin}roll out  [`));
    assert.ok(text.slice(begin.length).trimEnd().length < 60);
  }
  assert.deepEqual(
    written.map(text => text.endsWith('\n')),
    [false, false, true],
  );
});

test('in a pipe the first and the last line of a stage are plain, those between come now and then', () => {
  const { written, stream } = recorder(false);
  const draw = progressOn(stream, { terminalMs: 0, pipeMs: 1e9 });
  for (const stage of ['a', 'b'])
    for (let done = 0; done <= 50; done++) draw({ stage, done, total: 50, unit: 'tasks' });
  assert.equal(written.length, 4);
  assert.equal(written[0], 'a: 0/50 tasks\n');
  assert.match(written[1]!, /^a: 50\/50 tasks, \d+ tasks\/s\n$/);
});

test('the rate counts only what was done since, not what a resumed stage began with', () => {
  const { written, stream } = recorder(false);
  const draw = progressOn(stream, { terminalMs: 0, pipeMs: 0 });
  draw({ stage: 'a', done: 40, total: 50, unit: 'tasks' });
  assert.equal(written[0], 'a: 40/50 tasks\n');
});

test('durations are read at a glance', () => {
  assert.deepEqual([0.4, 59.4, 61, 3599, 3600, 90_061].map(duration), [
    '0 s',
    '59 s',
    '1 min 1 s',
    '59 min 59 s',
    '1 h 0 min',
    '25 h 1 min',
  ]);
});

test('what the file system refuses is a known error; what is our fault stays one', () => {
  const refused = (code: string): unknown =>
    fileError(Object.assign(new Error(code), { code, syscall: 'write' }));
  assert.ok(refused('ENOSPC') instanceof JuxtaError);
  assert.equal((refused('ENOSPC') as JuxtaError).code, 'disk-full');
  assert.equal((refused('EROFS') as JuxtaError).code, 'cannot-write');
  assert.ok(!(refused('EBADF') instanceof JuxtaError));
  const mistake = new TypeError('undefined is not a function');
  assert.equal(fileError(mistake), mistake);
});

test('Ctrl-C, a kill and a terminal that hangs up ask work to stop, and the exit code says which it was', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    await perform(
      asked =>
        new Promise((_, fail) => {
          asked.addEventListener('abort', () => fail(asked.reason));
          process.emit(signal, signal);
        }),
      { json: false, stopsWhenAsked: true },
    );
    assert.equal(process.exitCode, code);
    process.exitCode = undefined;
    assert.equal(process.listenerCount(signal), 0);
  }
});
