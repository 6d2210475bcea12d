/** τ²-bench's airline tools (specification, section 13). */
import { calculate } from '../tools/calculate.ts';
import { transferToHumanAgents } from '../tools/common.ts';
import type { TauTool } from '../tools/tool.ts';
import { bookReservation } from './airline-book.ts';
import { changeTools } from './airline-change.ts';
import {
  getFlightStatus,
  getReservationDetails,
  getUserDetails,
  listAllAirports,
  searchDirectFlight,
  searchOnestopFlight,
} from './airline-lookups.ts';
import { listed } from './listed.ts';

export const tau2AirlineTools: readonly TauTool[] = listed([
  bookReservation,
  calculate,
  getFlightStatus,
  getReservationDetails,
  getUserDetails,
  listAllAirports,
  searchDirectFlight,
  searchOnestopFlight,
  { ...transferToHumanAgents, terminating: false },
  ...changeTools,
]);
