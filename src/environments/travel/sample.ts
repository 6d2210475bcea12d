import type { JsonObject } from '../../dialogue/json.ts';
import { type ToolCall, toolCall } from '../../dialogue/message.ts';
import { tableOf } from './table.ts';
import type { Database, TravelTask } from './task.ts';

const train = (trainID: string, leaveAt: string, arriveBy: string): JsonObject => ({
  trainID,
  leaveAt,
  arriveBy,
  day: 'monday',
  departure: 'ely',
  destination: 'cambridge',
});

/** A small world for tests: five hotels and three trains. Its one task books a hotel and looks for a train. */
export const sampleDatabase: Database = {
  hotel: tableOf([
    { name: 'acorn', area: 'north', pricerange: 'cheap', stars: '4' },
    { name: 'birch', area: 'north', pricerange: 'cheap', stars: '3' },
    { name: "kate's", area: 'south', pricerange: 'cheap', stars: '3', phone: '01' },
    { name: 'Elm', area: 'south', pricerange: 'expensive', stars: '3' },
    { name: 'fir', area: 'north', pricerange: 'expensive', stars: '4' },
  ]),
  train: tableOf([
    train('TR1', '09:00', '10:00'),
    train('TR2', '09:15', '10:15'),
    train('TR3', '10:00', '11:00'),
  ]),
  hospital: tableOf([{ department: 'surgery', id: 0 }]),
};

export const sampleTask: TravelTask = {
  id: 'sample',
  type: 'hotel+train',
  instructions: ['Find a cheap hotel in the north and book it.', 'Find a train from ely at 09:15.'],
  domains: [
    {
      domain: 'hotel',
      search: { name: '', area: 'north', pricerange: 'cheap' },
      book: {
        parameters: { stay: '2', day: 'monday', people: '1', name: 'birch' },
        returns: { name: 'birch', reference: 'REF1' },
        uniqueId: 'birch',
      },
      failure: { search: { name: '', area: 'north', pricerange: 'expensive' } },
    },
    {
      domain: 'train',
      search: { leaveAt: '09:15', destination: 'cambridge', day: '', arriveBy: '', departure: 'ely' },
    },
  ],
  database: sampleDatabase,
};

/** The call of a tool with these arguments. */
export const callOf = (name: string, args: unknown): ToolCall =>
  toolCall('call', name, JSON.stringify(args as JsonObject));
