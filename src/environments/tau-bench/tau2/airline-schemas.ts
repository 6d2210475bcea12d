import { choice, common, type Description, integer, listOf, number, record, string } from './schema.ts';

const userId = string("The user's id, such as 'sara_doe_496'.");
const reservationId = string("The reservation's id, such as 'ZFA04Y'.");
const paymentId = string(
  "The id of one of the user's payment methods, such as 'credit_card_7815826' or 'gift_card_7815826'.",
);
const flightNumber = string("The flight's number, such as 'HAT001'.");
const date = string("The date, such as '2024-05-01'.");
const cabin = choice('The cabin.', 'basic_economy', 'economy', 'business');
const passengers = listOf(
  record({
    first_name: string("The first name, such as 'Noah'."),
    last_name: string("The last name, such as 'Brown'."),
    dob: string("The date of birth, such as '1990-01-01'."),
  }),
  'The passengers.',
);
const flight = record({ flight_number: flightNumber, date });
const journey = {
  origin: string("Where from: an airport's three letters, such as 'JFK'."),
  destination: string("Where to: an airport's three letters, such as 'LAX'."),
};

export const airlineDescriptions: Readonly<Record<string, Description>> = {
  ...common,
  book_reservation: {
    does: 'Books a reservation.',
    takes: {
      user_id: userId,
      ...journey,
      flight_type: choice('One way or there and back.', 'one_way', 'round_trip'),
      cabin,
      flights: listOf(flight, 'Every single flight of the journey.'),
      passengers,
      payment_methods: listOf(
        record({ payment_id: paymentId, amount: number('How much of the total it pays.') }),
        'What pays for it; the amounts must add up to the total.',
      ),
      total_baggages: integer('How many bags in all.'),
      nonfree_baggages: integer('How many of them cost extra.'),
      insurance: choice('Whether to insure the journey.', 'yes', 'no'),
    },
  },
  cancel_reservation: { does: 'Cancels a whole reservation.', takes: { reservation_id: reservationId } },
  get_flight_status: {
    does: "Shows a flight's status on a date.",
    takes: { flight_number: flightNumber, date },
  },
  get_reservation_details: { does: 'Shows a reservation.', takes: { reservation_id: reservationId } },
  get_user_details: { does: 'Shows a user, reservations included.', takes: { user_id: userId } },
  list_all_airports: { does: 'Lists all airports with their cities.' },
  search_direct_flight: {
    does: 'Finds direct flights between two airports on a date.',
    takes: { ...journey, date },
  },
  search_onestop_flight: {
    does: 'Finds pairs of flights between two airports with one stop, starting on a date.',
    takes: { ...journey, date },
  },
  send_certificate: {
    does: 'Sends a user a certificate. Be careful.',
    takes: { user_id: userId, amount: integer("The certificate's value.") },
  },
  update_reservation_baggages: {
    does: 'Changes the numbers of bags of a reservation.',
    takes: {
      reservation_id: reservationId,
      total_baggages: integer('How many bags in all from now on.'),
      nonfree_baggages: integer('How many of them cost extra.'),
      payment_id: paymentId,
    },
  },
  update_reservation_flights: {
    does: 'Changes the flights or the cabin of a reservation.',
    takes: {
      reservation_id: reservationId,
      cabin,
      flights: listOf(flight, 'Every single flight of the new reservation, unchanged ones too.'),
      payment_id: paymentId,
    },
  },
  update_reservation_passengers: {
    does: 'Changes the passengers of a reservation; their number stays.',
    takes: { reservation_id: reservationId, passengers },
  },
};
