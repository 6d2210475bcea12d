import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOOKED, BOOKING_FAILED, FINDS, NOTHING_FOUND, OFFERS, QUESTIONS } from '../agent/phrases.ts';
import { speaksOfAnother } from './names.ts';
import { type Heard, understand } from './understand.ts';

const acts = (text: string): string => {
  const heard: Heard = understand(text);
  const flags = (['booked', 'bookingFailed', 'notFound', 'offers'] as const).filter(act => heard[act]);
  return [...flags, ...heard.asks].join(' ');
};

test('every sentence of the scripted agent is understood', () => {
  const name = 'Mill Upon Mill';
  for (const [templates, act] of [
    [OFFERS, 'offers'],
    [FINDS, 'offers'],
    [NOTHING_FOUND, 'notFound'],
    [BOOKED, 'booked'],
    [BOOKING_FAILED, 'bookingFailed'],
  ] as const) {
    for (const template of templates) {
      const text = template.replace('{}', name);
      assert.equal(acts(text), act, text);
      assert.equal(acts(text.toLowerCase().replace(/([.,?!])/g, ' $1')), act, text.toLowerCase());
    }
  }
  for (const [slot, templates] of Object.entries(QUESTIONS)) {
    for (const text of templates) assert.equal(acts(text), slot, text);
  }
});

test('other agents are understood by keywords', () => {
  const cases: readonly (readonly [text: string, heard: string])[] = [
    [
      'I found the Acorn Guest House, a moderate guesthouse with 4 stars. Would you like me to book it?',
      'offers',
    ],
    ['I was able to find one: TR7075, leaving at 05:00. How many tickets do you need?', 'offers people'],
    ["I'm sorry, but there are no Italian restaurants in the north.", 'notFound'],
    ["Unfortunately I couldn't find any hotels that match your criteria.", 'notFound'],
    ['Your booking was successful! The reference number is 5D209RMX. Anything else?', 'booked'],
    ['I have successfully booked a table at Kohinoor for 4 people at 12:30.', 'booked'],
    ["You're all set! I've reserved your table. Reference: XYZ12345.", 'booked'],
    ["I'm afraid the booking was unsuccessful.", 'bookingFailed'],
    ['I was unable to complete the booking.', 'bookingFailed'],
    ['That restaurant is fully booked, I fear.', 'bookingFailed'],
    ['Could you please tell me your departure station, destination, and day?', 'departure destination day'],
    ["To book it, I'll need the number of people, the day, and the time.", 'day people time'],
    ['Do you have a preference for the area or price range?', 'area pricerange'],
    ['What type of cuisine are you looking for?', 'food'],
    ['Shall I book it? If so, for how many people and how many nights?', 'offers people stay'],
    ['There are several trains. What time would you like to leave?', 'leaveAt'],
    ['The phone number is 01223 323737.', ''],
    ['Is that booked already?', ''],
    ["You're welcome! Have a great day!", ''],
    ['Error: Agent ran out of retries.', ''],
    ['', ''],
  ];
  for (const [text, heard] of cases) assert.equal(acts(text), heard, text);
});

test('a place of another name is noticed, a place without a name is not', () => {
  assert.ok(speaksOfAnother('I found Curry Garden. Shall I book it?', 'mill house'));
  assert.ok(speaksOfAnother('i found curry garden . shall i book it ?', 'mill house'));
  assert.ok(!speaksOfAnother('I found Mill House. Shall I book it?', 'mill house'));
  assert.ok(!speaksOfAnother('I found Kettles Yard for you.', "kettle's yard"));
  assert.ok(!speaksOfAnother('I found it. Would you like to book?', 'mill house'));
  assert.ok(!speaksOfAnother('I found a hotel in the north.', 'mill house'));
});
