import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../../dialogue/json.ts';
import type { Message } from '../../../dialogue/message.ts';
import type { Task } from '../../../environments/environment.ts';
import { openHamlet } from '../../../environments/hamlet/hamlet.ts';
import { wordsOf } from '../../../environments/hamlet/words.ts';
import type { AgendaTopic } from '../../../environments/travel/agenda.ts';
import type { TravelTask } from '../../../environments/travel/task.ts';
import { talk } from '../../talk.testing.ts';
import { readMeaning } from '../agent/meaning.ts';
import { perfectErrors, scriptAgent } from '../agent/script.ts';
import { closedWords, isClosed } from './closed-words.ts';
import { MAX_MESSAGES } from './conversations.testing.ts';
import type { AgendaMemory } from './memory.ts';
import { agendaUser } from './user.ts';

const hamlet = openHamlet({ seed: 5 });
const user = agendaUser();

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
};

/** Plays the user against an agent that says the given lines, then repeats the last. */
const against = async (task: Task, lines: readonly string[], seed = 1) => {
  let memory: AgendaMemory = frozen(user.begin(task, seed));
  const messages: Message[] = [];
  const said: { text: string; meaning: Json; done: boolean }[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const reply = await user.reply({ task, messages, memory, seed: seed + turn });
    memory = frozen(reply.memory);
    said.push({ text: reply.text, meaning: reply.meaning!, done: reply.done });
    if (reply.done) break;
    const line = lines[Math.min(turn, lines.length - 1)]!;
    messages.push({ role: 'user', content: reply.text }, { role: 'assistant', content: line });
  }
  return said;
};

const taskOf = (...topics: AgendaTopic[]): Pick<TravelTask, keyof Task | 'agenda'> => ({
  id: 'one',
  type: 'test',
  instructions: [],
  agenda: { topics },
});
const requests: readonly string[] = [];

/** Open values that a text shows: runs of words that are unknown, or capitalised inside a sentence. */
const openValues = (text: string): Set<string> => {
  const values = new Set<string>();
  let run: string[] = [];
  let opens = true;
  for (const piece of [...(text.match(/[\w:'-]+|[.,?!]/g) ?? []), '.']) {
    const isMark = /^[.,?!]$/.test(piece);
    const isName = !isMark && piece !== 'I' && (/^[A-Z]/.test(piece) ? !opens : !isClosed(piece));
    if (isName) run.push(piece);
    else if (run.length > 0) {
      values.add(run.join(' '));
      run = [];
    }
    opens = /^[.?!]$/.test(piece);
  }
  return values;
};

test('what the user means can be read off its text: every open value stands apart, spelled as in the meaning', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(5000), fc.nat(1000), async (index, seed) => {
      const [task] = hamlet.tasks('train', { start: index, count: 1 });
      const said: { text: string; meaning: Json }[] = [];
      const listening = {
        ...user,
        reply: async (view: Parameters<typeof user.reply>[0]) => {
          const reply = await user.reply(view);
          said.push({ text: reply.text, meaning: reply.meaning! });
          return reply;
        },
      };
      await talk(hamlet, task!, scriptAgent(perfectErrors), listening, { seed, maxMessages: MAX_MESSAGES });
      for (const { text, meaning } of said) {
        const { inform, book } = readMeaning(meaning)!;
        const meant = [...Object.values(inform ?? {}), ...Object.values(book ?? {})];
        const open = meant.filter(value => value.split(' ').some(word => !isClosed(word.toLowerCase())));
        assert.deepEqual(openValues(text), new Set(open), text);
      }
    }),
    { numRuns: 200 },
  );
});

test('the closed vocabulary is small, holds the shared values, and no invented word', () => {
  const words = closedWords();
  assert.ok(words.length > 200 && words.length < 330, `${words.length} words`);
  for (const word of ['monday', 'centre', 'cheap', 'guesthouse', '8', '?'])
    assert.ok(words.includes(word), word);
  for (const split of ['pretrain', 'test'] as const) assert.ok(!wordsOf(split).some(isClosed));
});

test('a reply is a function of the view: forks of a conversation do not touch each other', async () => {
  const [task] = hamlet.tasks('train', { count: 1 });
  const memory = frozen(user.begin(task!, 3));
  const view = { task: task!, messages: [], memory, seed: 9 };
  const once = await user.reply(view);
  await user.reply({ ...view, seed: 10 });
  assert.deepEqual(await user.reply(view), once);
  const offered: Message[] = [
    { role: 'user', content: once.text },
    { role: 'assistant', content: 'Sorry, I found nothing.' },
  ];
  const after = await user.reply({ task: task!, messages: offered, memory: frozen(once.memory), seed: 11 });
  assert.notDeepEqual(after.memory, once.memory);
  assert.deepEqual(await user.reply(view), once);
});

test('a first choice that is not to be had is given up for the second', async () => {
  const task = taskOf({
    domain: 'restaurant',
    firstInform: { food: 'skarbish', area: 'north' },
    inform: { food: 'telmian', area: 'north' },
    requests,
  });
  const said = await against(task, ['Which area?', 'Sorry, I found nothing.', 'I found Mill House.']);
  assert.match(said.map(one => one.text).join(' '), /Skarbish/i);
  const change = said.find(one => readMeaning(one.meaning)?.why === 'change')!;
  assert.equal(readMeaning(change.meaning)?.inform?.food?.toLowerCase(), 'telmian');
});

test('a first choice that is found after all is given up on a whim, so that the goal stays in reach', async () => {
  const task = taskOf({
    domain: 'hotel',
    firstInform: { name: 'mill' },
    inform: { name: 'oak house' },
    requests,
  });
  const [, change] = await against(task, ['I found Mill. Shall I book it?', 'I found Oak House.']);
  assert.equal(readMeaning(change!.meaning)?.why, 'change');
  assert.match(change!.text, /oak house/i);
});

test('a constraint of the first choice that the second lacks is dropped aloud', async () => {
  const task = taskOf({
    domain: 'restaurant',
    firstInform: { area: 'north', food: 'skarbish' },
    inform: { food: 'skarbish' },
    requests,
  });
  const said = await against(task, [
    'Which area?',
    'Which area?',
    'Sorry, there is none.',
    'I found Mill House.',
  ]);
  const change = readMeaning(said.find(one => readMeaning(one.meaning)?.why === 'change')!.meaning);
  assert.deepEqual(change?.dropped, ['area']);
});

test('the user books only what has all it asked for, and gives up a first booking that fails', async () => {
  const task = taskOf({
    domain: 'hotel',
    inform: { area: 'north', stars: '4', parking: 'yes' },
    firstBook: { people: '3', day: 'monday', stay: '5' },
    book: { people: '3', day: 'monday', stay: '2' },
    requests,
  });
  const offers = Array.from({ length: 3 }, () => 'I found Mill House. Shall I book it?');
  const said = await against(task, [...offers, 'Sorry, the booking failed.', 'Sorry, the booking failed.']);
  const meanings = said.map(one => readMeaning(one.meaning)!);
  const booking = meanings.findIndex(meaning => meaning.wantsBooking);
  const informed = meanings.slice(0, booking).flatMap(meaning => Object.keys(meaning.inform ?? {}));
  assert.deepEqual(new Set(informed), new Set(['area', 'stars', 'parking']));
  assert.ok(meanings.some(meaning => meaning.book?.stay === '5'));
  assert.ok(meanings.some(meaning => meaning.why === 'change' && meaning.book?.stay === '2'));
});

test('an offer of another name is corrected', async () => {
  const task = taskOf({ domain: 'hotel', inform: { name: 'mill upon mill' }, requests });
  const [, correction, farewell] = await against(task, ['I found Oak House.', 'I found Mill Upon Mill.']);
  assert.match(correction!.text, /(no|not right|another place).*mill upon mill/i);
  assert.ok(farewell!.done);
});

test('booking details are answered all at once when asked for', async () => {
  const book = { people: '1', day: 'monday', time: '11:45' };
  const task = taskOf({ domain: 'restaurant', inform: { name: 'oak' }, book, requests });
  const said = await against(task, ['For how many people?', 'Done, Oak is booked.']);
  assert.deepEqual(readMeaning(said[1]!.meaning)?.book, book);
  assert.match(said[1]!.text, /1 person/i);
});

test('a question about what the user does not care for is answered so', async () => {
  const task = taskOf({ domain: 'hotel', inform: { name: 'oak' }, requests });
  const said = await against(task, ['How many stars would you like?', 'I found Oak.']);
  assert.deepEqual(readMeaning(said[1]!.meaning)?.noPreference, ['stars']);
});

test('patience is bounded: whatever an agent says again and again, the user hangs up', async () => {
  const lines = [
    'Okay.',
    '',
    'Sorry, I found nothing.',
    'Sorry, the booking failed.',
    'Which area would you like?',
    'For how many people?',
    'I found Oak House. Shall I book it?',
    'Done, Oak House is booked.',
    'Error: Agent ran out of retries.',
  ];
  for (const task of hamlet.tasks('gate', { count: 40 })) {
    for (const line of lines) {
      const said = await against(task, [line]);
      assert.ok(said.at(-1)!.done, `${task.id} goes on against ${JSON.stringify(line)}`);
      assert.ok(said.length <= 20);
    }
  }
});

test('about one user in ten writes in lower case', async () => {
  const texts = await Promise.all(
    hamlet.tasks('train', { count: 300 }).map(async (task, seed) => {
      const reply = await user.reply({ task, messages: [], memory: user.begin(task, seed), seed });
      return reply.text;
    }),
  );
  const sloppy = texts.filter(text => /^[a-z]/.test(text)).length;
  assert.ok(sloppy > 12 && sloppy < 55, `${sloppy} of 300`);
});

test('a task without an agenda is refused, and a conversation without an answer is the simulator’s fault', async () => {
  const bare: Task = { id: 'bare', type: 'test', instructions: [] };
  assert.throws(() => user.begin(bare, 1), /bare has no agenda/);
  const [task] = hamlet.tasks('train', { count: 1 });
  const { memory } = await user.reply({ task: task!, messages: [], memory: user.begin(task!, 1), seed: 1 });
  const { fault } = await user.reply({ task: task!, messages: [], memory, seed: 2 });
  assert.match(fault!, /nothing/);
});
