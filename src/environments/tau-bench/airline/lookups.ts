/** Airline's reading tools but for the searches (specification, sections 7.1 to 7.3). */
import { reading, refuse } from '../tools/tool.ts';
import { printValue } from '../values/print.ts';
import { dict } from '../values/value.ts';

// Both say that the user was not found, whatever was looked for.
const details = (name: string, parameter: string, table: string) =>
  reading(name, [parameter], (data, id) => printValue(data.find(table, id) ?? refuse('user not found')));

export const getUserDetails = details('get_user_details', 'user_id', 'users');
export const getReservationDetails = details('get_reservation_details', 'reservation_id', 'reservations');

/** City by airport. */
export const airports = dict({
  SFO: 'San Francisco',
  JFK: 'New York',
  LAX: 'Los Angeles',
  ORD: 'Chicago',
  DFW: 'Dallas',
  DEN: 'Denver',
  SEA: 'Seattle',
  ATL: 'Atlanta',
  MIA: 'Miami',
  BOS: 'Boston',
  PHX: 'Phoenix',
  IAH: 'Houston',
  LAS: 'Las Vegas',
  MCO: 'Orlando',
  EWR: 'Newark',
  CLT: 'Charlotte',
  MSP: 'Minneapolis',
  DTW: 'Detroit',
  PHL: 'Philadelphia',
  LGA: 'LaGuardia',
});

export const listAllAirports = reading('list_all_airports', [], () => printValue(airports));
