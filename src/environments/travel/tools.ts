import type { Json } from '../../dialogue/json.ts';
import type { Tool } from '../environment.ts';

/** A parameter: what it is, and which values are meant (advice to the model; nothing enforces them). */
type Parameter = readonly [name: string, description: string, values?: readonly string[]];

const tool = (
  name: string,
  description: string,
  resultField: string,
  ...parameters: readonly Parameter[]
): Tool => ({
  name,
  description,
  parameters: {
    type: 'object',
    required: [],
    properties: Object.fromEntries(
      parameters.map(([parameter, meaning, values]): [string, Json] => [
        parameter,
        { type: 'string', description: meaning, ...(values && { enum: values }) },
      ]),
    ),
  },
  mutating: name.startsWith('book_'),
  resultFields: [resultField],
});

const AREAS = ['west', 'east', 'centre', 'south', 'north'];
const YES_NO = ['yes', 'no'];

/** The eight tools of ToolWOZ: its names, order, parameters and enums, in our own words. */
export const travelTools: readonly Tool[] = [
  tool(
    'book_restaurant',
    'Book a table at a restaurant',
    'success',
    ['time', 'When to come, as in 18:30'],
    ['day', 'The weekday, as in tuesday'],
    ['people', 'The number of guests, as in 4'],
    ['name', 'The name of the restaurant, as in curry garden'],
  ),
  tool(
    'search_restaurant',
    'Find a restaurant',
    'name',
    ['food', 'The cuisine, as in italian'],
    ['pricerange', 'How much a meal costs', ['cheap', 'expensive', 'moderate']],
    ['name', 'The name of the restaurant, as in curry garden'],
    ['area', 'The part of town, as in north'],
  ),
  tool(
    'book_hotel',
    'Book a room in a hotel',
    'success',
    ['stay', 'The number of nights, as in 3'],
    ['day', 'The weekday of arrival, as in tuesday'],
    ['people', 'The number of guests, as in 4'],
    ['name', 'The name of the hotel, as in acorn guest house'],
  ),
  tool(
    'search_hotel',
    'Find a hotel',
    'name',
    ['name', 'The name of the hotel, as in acorn guest house'],
    ['area', 'The part of town', AREAS],
    ['parking', 'Whether guests park for free', YES_NO],
    ['pricerange', 'How much a night costs', ['moderate', 'expensive', 'cheap']],
    ['stars', 'The number of stars', ['0', '1', '2', '3', '4']],
    ['internet', 'Whether guests are online for free', YES_NO],
    ['type', 'A hotel or a guesthouse', ['hotel', 'guesthouse']],
  ),
  tool('book_attraction', 'Book a visit to an attraction', 'success'),
  tool(
    'search_attraction',
    'Find an attraction',
    'name',
    ['type', 'The kind of attraction, as in museum'],
    ['name', 'The name of the attraction, as in castle galleries'],
    ['area', 'The part of town', AREAS],
  ),
  tool(
    'book_train',
    'Book seats on a train',
    'success',
    ['people', 'The number of travellers, as in 4'],
    ['trainID', 'The number of the train, as in TR1234'],
  ),
  tool(
    'search_train',
    'Find a train',
    'trainID',
    ['leaveAt', 'When to leave, as in 09:15'],
    ['destination', 'Where the train goes, as in ely'],
    ['day', 'The weekday, as in tuesday'],
    ['arriveBy', 'When to be there, as in 12:30'],
    ['departure', 'Where the train starts, as in cambridge'],
  ),
];

const parametersOf = ({ name, parameters }: Tool): [string, readonly string[]] => [
  name,
  Object.keys(parameters.properties as object),
];

/** Parameters by API: the tools', and four APIs that models are not told of but that a call may name. */
export const allowedParameters: ReadonlyMap<string, readonly string[]> = new Map([
  ...travelTools.map(parametersOf),
  ['book_taxi', []],
  ['search_taxi', ['leaveAt', 'destination', 'departure', 'arriveBy']],
  ['book_hospital', []],
  ['search_hospital', ['department']],
]);
