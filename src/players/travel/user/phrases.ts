/**
 * What the agenda user says. `{}` is a value. Every phrase puts a closed lower-case word before its value and
 * sentences join phrases so that no two open values touch: a reader can tell where each begins and ends.
 */

/** How a constraint or a booking detail is worded: completes "a place to stay …", "one …", "book it …". */
export const CONSTRAINTS: Readonly<Record<string, readonly string[]>> = {
  area: ['in the {}', 'located in the {}', 'in the {} area', 'in the {} part of town'],
  pricerange: ['in the {} price range', 'that is {}', 'with {} prices'],
  stars: ['with {} stars', 'rated {} stars', 'that has {} stars'],
  food: ['serving {} food', 'with {} food', 'that serves {} food'],
  name: ['called {}', 'named {}', 'with the name {}'],
  type: ['of type {}', 'of the type {}'],
  departure: ['from {}', 'leaving from {}', 'departing from {}'],
  destination: ['to {}', 'going to {}'],
  leaveAt: ['leaving after {}', 'that leaves after {}', 'departing after {}'],
  arriveBy: ['arriving by {}', 'that arrives by {}', 'arriving before {}', 'there by {}'],
  day: ['on {}', 'for {}'],
  people: ['for {} people'],
  stay: ['for {} nights'],
  time: ['at {}'],
};
export const WITH: Readonly<Record<string, readonly string[]>> = {
  internet: ['with free wifi', 'with internet', 'that has free internet', 'including wifi'],
  parking: ['with free parking', 'with parking', 'that has parking', 'including parking'],
};
export const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  internet: ['without wifi', 'without internet'],
  parking: ['without parking', 'that has no parking'],
};
export const JUST_ONE: Readonly<Record<string, readonly string[]>> = {
  people: ['for 1 person'],
  stay: ['for 1 night'],
  stars: ['with 1 star'],
};

/** Openings of a topic; `{}` is the list of constraints. */
export const OPENINGS: Readonly<Record<string, readonly string[]>> = {
  hotel: [
    'I need a place to stay {}',
    'I am looking for a place to stay {}',
    'Can you find me a room {}',
    'Hello, I would like to find somewhere to stay {}',
    'We are planning a trip and need a place to stay {}',
  ],
  restaurant: [
    'I need a restaurant {}',
    'I am looking for a place to eat {}',
    'Can you find me a restaurant {}',
    'Hello, I would like to have dinner at a place {}',
    'We are hungry and want a restaurant {}',
  ],
  attraction: [
    'I want to visit a place {}',
    'I am looking for an attraction {}',
    'Can you find me a place to go {}',
    'Hello, I would like to see an attraction {}',
    'We have a free day and want to visit an attraction {}',
  ],
  train: [
    'I need a train {}',
    'I am looking for a train {}',
    'Can you find me a train {}',
    'Hello, I would like to take a train {}',
    'We are planning a trip and need a train {}',
  ],
};
/** The same after another topic. */
export const NEXT_OPENINGS: Readonly<Record<string, readonly string[]>> = {
  hotel: ['I also need a place to stay {}', 'next find me a room {}', 'now I need somewhere to stay {}'],
  restaurant: ['I also need a restaurant {}', 'next find me a place to eat {}', 'now I want a restaurant {}'],
  attraction: [
    'I also want to visit a place {}',
    'next find me an attraction {}',
    'now I would like to see an attraction {}',
  ],
  train: ['I also need a train {}', 'next find me a train {}', 'now I have to take a train {}'],
};

export const ADDITIONS = [
  'I would like one {}.',
  'It should be one {}.',
  'I need one {} please.',
  'I forgot to say that it has to be one {}.',
  'Do you know one {}?',
];
export const REPLIES = ['One {} please.', 'I would like one {}.', 'I want one {}.', 'Make it one {}.'];
export const FALLBACKS = [
  'How about one {} then?',
  'Then I would like one {}.',
  'In that case find me one {}.',
  'Too bad. Is there one {}?',
];
export const CHANGES = [
  'Actually I changed my mind, I want one {} instead.',
  'Wait, I would rather have one {}.',
  'I changed my mind. Find me one {} instead.',
  'Hold on, could you look for one {} instead?',
];
export const REPEATS = [
  'Please check again. I need one {}.',
  'That is not right, I want one {}.',
  'That is not what I want. I need one {}.',
  'Are you sure? I asked for one {}.',
];
export const CORRECTIONS = [
  'No, I want the one {}.',
  'That is not right, I want the one {}.',
  'That is another place, I asked for the one {}.',
];
export const NO_PREFERENCES = [
  'I do not care about the {}.',
  'I have no preference for the {}.',
  'Any {} is fine.',
  'The {} does not matter.',
];

export const BOOKINGS = [
  'Please book it {}.',
  'Yes, please book it {}.',
  'That is good, book it {}.',
  'Yes, book it {} please.',
  'Sounds great, could you book it {}?',
  'Perfect, I will take it {}.',
];
export const BARE_BOOKINGS = ['Yes, please book it.', 'That is good, please book it.'];
export const DETAILS = ['It is {}.', 'Please make it {}.', 'That would be {}.'];
export const BOOKING_FALLBACKS = [
  'How about {} then?',
  'Then try it {}.',
  'In that case book it {}.',
  'Too bad, is it possible {}?',
];
export const BOOKING_CHANGES = [
  'Wait, I changed my mind. Make it {} instead.',
  'Actually, please make it {} instead.',
];

export const REQUESTS = ['What is the {}?', 'Can you tell me the {}?', 'May I have the {}?'];
export const THANKS = ['Thanks,', 'Great,', 'Thank you,', 'Perfect,', 'Okay,'];
export const GIVING_UP = ['Never mind,', 'No thanks,', 'Forget it,'];
export const FAREWELLS = [
  'Thank you, goodbye.',
  'Thanks, that is all.',
  'Great, that is all I need. Goodbye.',
  'Perfect, thanks for your help. Bye.',
];
export const GIVE_UP_FAREWELLS = ['Never mind, goodbye.', 'No thanks, goodbye.'];

/** Everything above, for the closed vocabulary. */
export const userTexts = (): readonly string[] => [
  ...[CONSTRAINTS, WITH, WITHOUT, JUST_ONE, OPENINGS, NEXT_OPENINGS].flatMap(table =>
    Object.values(table).flat(),
  ),
  ...[ADDITIONS, REPLIES, FALLBACKS, CHANGES, REPEATS, CORRECTIONS, NO_PREFERENCES].flat(),
  ...[BOOKINGS, BARE_BOOKINGS, DETAILS, BOOKING_FALLBACKS, BOOKING_CHANGES].flat(),
  ...[REQUESTS, THANKS, GIVING_UP, FAREWELLS, GIVE_UP_FAREWELLS].flat(),
];
