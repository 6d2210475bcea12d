import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../dialogue/message.ts';
import { userFault } from './faults.ts';

const task = {
  id: 't',
  type: 'hotel',
  instructions: [
    'You are looking for a place to stay. The hotel should be in the north and should be cheap.',
    'The hotel should include free parking and have 4 stars.',
    'Once you find the hotel you want to book it for 2 people and 3 nights starting from Friday.',
    'Make sure you get the reference number.',
  ],
};
const fault = (text: string, messages: readonly Message[] = [], done = text.includes('END_CONVERSATION')) =>
  userFault({ text, done }, { task, messages });
const talked: readonly Message[] = [
  { role: 'user', content: 'I need a cheap hotel.' },
  { role: 'assistant', content: 'In which part of town?' },
];

test('what customers say is no fault', () => {
  for (const line of [
    'Hi, I am looking for a cheap place to stay.',
    'Can you help me find a hotel?',
    'In the north, please. It should have free parking.',
    'Yes, please book it for 2 people.',
    'I have booked a flight already; now I need a hotel.',
    'Great, that is all I need. Thanks! END_CONVERSATION',
    'No thanks.',
    'I found one on the map near the station, is it cheap?',
  ]) {
    assert.equal(fault(line, talked), undefined, line);
  }
});

test('an empty line is a fault; a bare hang-up after talking is not', () => {
  for (const line of ['', ' \n', '"..."', '<span class="emphasis"></span>'])
    assert.equal(fault(line, talked), 'empty');
  assert.equal(fault('END_CONVERSATION', talked), undefined);
});

test('a user that speaks as the agent is a fault', () => {
  for (const line of [
    'Agent: Hello there.',
    'How can I help you today?',
    'Is there anything else I can help you with?',
    "I've booked it for you, the reference is X12.",
    'I found 3 hotels in the north for you.',
    'Your booking has been confirmed.',
    'PLAN find <COMMAND_END> APICALL {"name": "search_hotel"}',
  ]) {
    assert.equal(fault(line, talked), 'speaks-as-agent', line);
  }
});

test('hanging up before any wish was raised is a fault', () => {
  assert.equal(fault('END_CONVERSATION'), 'early-hang-up');
  assert.equal(fault('Goodbye! END_CONVERSATION', [{ role: 'user', content: 'Hello!' }]), 'early-hang-up');
  assert.equal(fault('Never mind the hotel. END_CONVERSATION'), undefined);
});

test('telling the whole goal at once is a fault, unless the goal is short', () => {
  assert.equal(fault(task.instructions.join(' ')), 'tells-everything');
  assert.equal(
    fault(
      'I want to stay at a cheap hotel in the north, looking for a place with free parking that should include 4 stars, ' +
        'to book for 2 people, 3 nights starting from Friday once I find it, and I need the reference number.',
    ),
    'tells-everything',
  );
  assert.equal(fault(task.instructions.slice(0, 2).join(' ')), undefined);
  const short = { ...task, instructions: ['Find a hotel called Acorn House.'] };
  assert.equal(
    userFault({ text: 'Find a hotel called Acorn House.', done: false }, { task: short, messages: [] }),
    undefined,
  );
});
