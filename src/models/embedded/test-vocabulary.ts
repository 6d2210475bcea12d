import type { Tool } from '../../environments/environment.ts';
import type { CodecSpec } from './codec.ts';

/** A small vocabulary and its tools, shared by the tests of this room. */
export const spec: CodecSpec = {
  words: (
    'i need a hotel restaurant train in the north south centre on monday tuesday with free parking from to called named ' +
    'serving food for people stars nights please book it found is booked what name which area thank you home old mill ' +
    'new street house park royal city true false yes no 0 1 2 3 4 5 6 7 8 9 10 11 12 at and of . , ? !'
  )
    .split(' ')
    .concat('guest house'),
  slots: 24,
  toolNames: ['search_hotel', 'book_hotel', 'search_train'],
  keys: [
    'area',
    'name',
    'stars',
    'food',
    'day',
    'departure',
    'destination',
    'arriveBy',
    'people',
    'success',
    'reference',
  ],
  resultFields: { search_hotel: ['name'], book_hotel: ['success', 'return.reference'] },
};

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  name,
  description: name,
  parameters: { type: 'object', properties: {} },
  mutating: false,
  ...more,
});
export const tools: readonly Tool[] = [
  tool('search_hotel'),
  tool('book_hotel', { mutating: true }),
  tool('search_train', { resultFields: ['departure', 'arriveBy'] }),
];
