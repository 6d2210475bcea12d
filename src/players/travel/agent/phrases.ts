/** What the scripted agent says. `{}` is what it speaks of: a name, a train number, or what was asked for. */

/** An offer of something that can be booked. */
export const OFFERS = [
  'I found {}. Shall I book it?',
  'There is {}. Would you like me to book it?',
  'I have {} for you. Do you want to book it?',
  'How about {}? I can book it for you.',
  'Okay, {} is available. Should I make a booking?',
];
/** An offer of something to visit. */
export const FINDS = [
  'I found {}. Is that good?',
  'There is {}. Do you like it?',
  'I have {} for you. Can I help with anything else?',
  'How about {}?',
  'Okay, I suggest {}.',
];
export const NOTHING_FOUND = [
  'Sorry, I found nothing. Would you like something else?',
  'There is none, sorry. Can you change anything?',
  'Sorry, there is nothing like that.',
  'I could not find one. Shall I try something else?',
];
export const BOOKED = [
  'Done, {} is booked. Anything else?',
  'I have booked {} for you. Can I help with anything else?',
  'Your booking for {} is made.',
  'Okay, your booking of {} is complete.',
];
export const BOOKING_FAILED = [
  'Sorry, the booking failed. Would you like to change anything?',
  'I could not book {}, sorry.',
  'Sorry, that can not be booked. Shall I try something else?',
  'Sorry, {} is full. Could you change your plans?',
];
export const NO_ANSWER = ['Sorry, I do not know that. Anything else?', 'I do not have that, sorry.'];
export const GREETINGS = ['Can I help with anything else?', 'How can I help you?'];

export const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  area: ['Which area would you like?', 'Which part of town?'],
  pricerange: ['Which price range would you like?', 'What price range?'],
  stars: ['How many stars would you like?', 'With how many stars?'],
  food: ['What food would you like?', 'What kind of food?'],
  type: ['What type would you like?', 'What type of place?'],
  parking: ['Do you need parking?'],
  internet: ['Do you need internet?'],
  departure: ['From where do you leave?', 'Where are you leaving from?'],
  destination: ['Where would you like to go?', 'Where are you going to?'],
  leaveAt: ['When would you like to leave?', 'At what time would you like to leave?'],
  arriveBy: ['When would you like to arrive?', 'By what time would you like to arrive?'],
  day: ['Which day would you like?', 'On what day?'],
  people: ['For how many people?', 'How many people are you?'],
  stay: ['For how many nights?', 'How many nights would you like?'],
  time: ['At what time?', 'What time would you like?'],
};

/** How a slot is spoken of. */
export const SLOT_WORDS: Readonly<Record<string, string>> = {
  area: 'area',
  pricerange: 'price range',
  stars: 'number of stars',
  food: 'food',
  type: 'type',
  parking: 'parking',
  internet: 'internet',
  departure: 'departure',
  destination: 'destination',
  leaveAt: 'departure time',
  arriveBy: 'arrival time',
  day: 'day',
  people: 'number of people',
  stay: 'number of nights',
  time: 'time',
  name: 'name',
  phone: 'phone number',
  address: 'address',
  postcode: 'postcode',
  'entrance fee': 'entrance fee',
  duration: 'travel time',
  price: 'price',
  trainID: 'train number',
};

/** Everything above, for the closed vocabulary. */
export const agentTexts = (): readonly string[] => [
  ...[OFFERS, FINDS, NOTHING_FOUND, BOOKED, BOOKING_FAILED, NO_ANSWER, GREETINGS].flat(),
  ...Object.values(QUESTIONS).flat(),
  ...Object.values(SLOT_WORDS),
];
