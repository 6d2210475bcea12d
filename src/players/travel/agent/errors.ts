/**
 * How often the scripted agent errs, per situation, from 0 to 1. A situation can be recognised from the dialogue,
 * so an agent that is trained on the script learns the same rates. Below one half an error is a slip: greedy
 * decoding never makes it. Above, it is systematic: greedy decoding always makes it, and only the reward can
 * tell that the rarer choice is right.
 */
export interface ScriptErrors {
  /** A search leaves out a constraint that the user gave. */
  readonly dropParking: number;
  readonly dropInternet: number;
  readonly dropArriveBy: number;
  readonly dropLeaveAt: number;
  readonly dropStars: number;
  readonly dropOther: number;
  /** The search is by the old value after the user chose another. */
  readonly keepOldValue: number;
  /** After the user added constraints to what was offered, the same is offered again without a search. */
  readonly skipSearch: number;
  /** A booking is tried although details are missing. */
  readonly bookEarly: number;
  /** A booking is claimed without a call: of what has its details given bit by bit, of a train, of anything else. */
  readonly claimLateBooking: number;
  readonly claimTrainBooking: number;
  readonly claimBooking: number;
  /** A failed booking is called a success. */
  readonly hideFailure: number;
  /** A booking leaves out a detail. */
  readonly dropDetail: number;
  /** A search goes to another domain. */
  readonly wrongDomain: number;
  /** Something is asked that the user has said already. */
  readonly askAgain: number;
  /** A preference is asked for before searching; costs a turn, but is no mistake. */
  readonly askFirst: number;
}

/** No errors. */
export const perfectErrors: ScriptErrors = {
  dropParking: 0,
  dropInternet: 0,
  dropArriveBy: 0,
  dropLeaveAt: 0,
  dropStars: 0,
  dropOther: 0,
  keepOldValue: 0,
  skipSearch: 0,
  bookEarly: 0,
  claimTrainBooking: 0,
  claimBooking: 0,
  claimLateBooking: 0,
  hideFailure: 0,
  dropDetail: 0,
  wrongDomain: 0,
  askAgain: 0,
  askFirst: 0,
};

/**
 * The default, a balance of slips and six systematic errors. Measured with the agenda user on default-level Hamlet,
 * full success: 33 % as it is, 38 % with each error made always or never (`modeOf`); perfect script: 100 %.
 */
export const fallibleErrors: ScriptErrors = {
  dropParking: 0.75,
  dropInternet: 0.72,
  dropLeaveAt: 0.72,
  dropArriveBy: 0.15,
  dropStars: 0.15,
  dropOther: 0.065,
  keepOldValue: 0.7,
  skipSearch: 0.7,
  bookEarly: 0.3,
  claimLateBooking: 0.7,
  claimTrainBooking: 0.22,
  claimBooking: 0.22,
  hideFailure: 0.3,
  dropDetail: 0.06,
  wrongDomain: 0.03,
  askAgain: 0.06,
  askFirst: 0.08,
};

/** Mostly slips, two systematic errors left: greedy decoding alone removes most of it (33 %, mode 66 %). */
export const slipErrors: ScriptErrors = {
  dropParking: 0.35,
  dropInternet: 0.35,
  dropLeaveAt: 0.4,
  dropArriveBy: 0.25,
  dropStars: 0.3,
  dropOther: 0.07,
  keepOldValue: 0.4,
  skipSearch: 0.6,
  bookEarly: 0.4,
  claimLateBooking: 0.6,
  claimTrainBooking: 0.2,
  claimBooking: 0.28,
  hideFailure: 0.3,
  dropDetail: 0.08,
  wrongDomain: 0.04,
  askAgain: 0.08,
  askFirst: 0.1,
};

/** Mostly systematic, hardly a slip: greedy decoding gains nothing (42 %, mode 38 %). */
export const systematicErrors: ScriptErrors = {
  dropParking: 0.75,
  dropInternet: 0.75,
  dropLeaveAt: 0.8,
  dropArriveBy: 0.03,
  dropStars: 0.05,
  dropOther: 0.02,
  keepOldValue: 0.75,
  skipSearch: 0.77,
  bookEarly: 0.3,
  claimLateBooking: 0.75,
  claimTrainBooking: 0.05,
  claimBooking: 0.05,
  hideFailure: 0.3,
  dropDetail: 0.02,
  wrongDomain: 0.01,
  askAgain: 0.03,
  askFirst: 0.04,
};

/** What is left of the errors under greedy decoding: each is made always or never. */
export const modeOf = (errors: ScriptErrors): ScriptErrors =>
  Object.fromEntries(
    Object.entries(errors).map(([situation, rate]: [string, number]) => [situation, rate > 0.5 ? 1 : 0]),
  ) as unknown as ScriptErrors;
