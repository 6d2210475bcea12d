import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { Message } from '../../dialogue/message.ts';
import { humanUser } from './human.ts';
import { processTerminal } from './terminal.ts';

const task = { id: 't', type: 'hotel', instructions: ['You want a hotel.'] };
const terminalOf = (...lines: readonly (string | null)[]) => {
  const shown: string[] = [];
  let at = 0;
  return { shown, show: (text: string) => shown.push(text), ask: async () => lines[at++] ?? null };
};
const view = (messages: readonly Message[]) => ({ task, messages, memory: null, seed: 0 });

test('a human sees the task, then what the agent said since, and is asked until there is a line', async () => {
  const terminal = terminalOf('', ' A hotel, please. ', 'North.');
  const user = humanUser(terminal);
  const first = await user.reply(view([]));
  assert.deepEqual([first.text, first.done], ['A hotel, please.', false]);
  assert.match(terminal.shown[0]!, /You want a hotel\./);
  await user.reply(
    view([
      { role: 'user', content: 'A hotel, please.' },
      { role: 'assistant', content: 'Where?' },
    ]),
  );
  assert.deepEqual(terminal.shown.slice(1), ['agent: Where?']);
});

test('a human hangs up with a word or at the end of input', async () => {
  for (const line of ['/end', 'END_CONVERSATION', null]) {
    assert.equal((await humanUser(terminalOf(line)).reply(view([]))).done, true);
  }
});

test('the process terminal reads lines one by one, and knows when there are no more', async () => {
  const input = new PassThrough();
  const terminal = processTerminal(input, new PassThrough());
  const first = terminal.ask('> ');
  input.write('hello\n');
  assert.equal(await first, 'hello');
  input.write('two\nthree\n');
  assert.equal(await terminal.ask('> '), 'two');
  assert.equal(await terminal.ask('> '), 'three', 'a line that came early is not lost');
  const last = terminal.ask('> ');
  input.end();
  assert.equal(await last, null);
  assert.equal(await terminal.ask('> '), null);
  const next = processTerminal(input, new PassThrough());
  assert.equal(await next.ask('> '), null, 'nor does the next conversation wait for input that has ended');
});
