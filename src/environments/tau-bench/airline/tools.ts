/** Airline's tools, in the environment's order. */
import { calculate } from '../tools/calculate.ts';
import { think, transferToHumanAgents } from '../tools/common.ts';
import type { TauTool } from '../tools/tool.ts';
import { bookReservation } from './book.ts';
import { sendCertificate } from './certificate.ts';
import {
  cancelReservation,
  updateReservationBaggages,
  updateReservationFlights,
  updateReservationPassengers,
} from './change.ts';
import { getReservationDetails, getUserDetails, listAllAirports } from './lookups.ts';
import { searchDirectFlight, searchOnestopFlight } from './search.ts';

export const airlineTools: readonly TauTool[] = [
  bookReservation,
  calculate,
  cancelReservation,
  getReservationDetails,
  getUserDetails,
  listAllAirports,
  searchDirectFlight,
  searchOnestopFlight,
  sendCertificate,
  think,
  transferToHumanAgents,
  updateReservationBaggages,
  updateReservationFlights,
  updateReservationPassengers,
];
