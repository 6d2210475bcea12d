import type { AgendaTopic } from '../travel/agenda.ts';

const PLACES: Readonly<Record<string, string>> = {
  hotel: 'place to stay',
  attraction: 'place to go',
  restaurant: 'restaurant',
  train: 'train',
};

/** The user's wishes in sentences, one or more per topic, for simulators that read English. */
export const instructionsOf = (town: string, topics: readonly AgendaTopic[]): readonly string[] => [
  `You are planning a trip to ${town}.`,
  ...topics.flatMap(topic => {
    const first = topic.firstInform ?? topic.inform;
    const booking = topic.firstBook ?? topic.book;
    return [
      `You are looking for a ${PLACES[topic.domain]}: ${listed(first)}.`,
      ...(topic.firstInform ? [`If there is none, you want this instead: ${listed(topic.inform)}.`] : []),
      ...(booking ? [`Once you have found it you want to book it: ${listed(booking)}.`] : []),
      ...(topic.firstBook && topic.book
        ? [`If the booking fails, you try this instead: ${listed(topic.book)}.`]
        : []),
      ...(topic.requests.length > 0 ? [`Make sure you get its ${topic.requests.join(', ')}.`] : []),
    ];
  }),
];

const listed = (slots: Readonly<Record<string, string>>): string =>
  Object.entries(slots)
    .map(([slot, value]) => `${slot} ${value}`)
    .join(', ');
