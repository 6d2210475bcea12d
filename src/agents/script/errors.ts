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
  /** A restaurant or hotel is searched by the old value after the user chose another. */
  readonly keepOldValue: number;
  /** After the user added constraints to what was offered, the same is offered again without a search. */
  readonly skipSearch: number;
  /** A booking is tried although details are missing. */
  readonly bookEarly: number;
  /** A booking is claimed without a call: of a train, of anything else. */
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
  hideFailure: 0,
  dropDetail: 0,
  wrongDomain: 0,
  askAgain: 0,
  askFirst: 0,
};

/** The default: slips and systematic errors (see the calibration test for what they come to). */
export const fallibleErrors: ScriptErrors = {
  dropParking: 0.7,
  dropInternet: 0.65,
  dropArriveBy: 0.62,
  dropLeaveAt: 0.15,
  dropStars: 0.15,
  dropOther: 0.03,
  keepOldValue: 0.6,
  skipSearch: 0.6,
  bookEarly: 0.3,
  claimTrainBooking: 0.1,
  claimBooking: 0.08,
  hideFailure: 0.2,
  dropDetail: 0.03,
  wrongDomain: 0.02,
  askAgain: 0.05,
  askFirst: 0.08,
};

/** Mostly random: nothing is wrong more often than right but one thing. */
export const slipErrors: ScriptErrors = { ...fallibleErrors };

/** Mostly systematic: few slips. */
export const systematicErrors: ScriptErrors = { ...fallibleErrors };

/** What is left of the errors under greedy decoding: each is made always or never. */
export const modeOf = (errors: ScriptErrors): ScriptErrors =>
  Object.fromEntries(
    Object.entries(errors).map(([situation, rate]: [string, number]) => [situation, rate > 0.5 ? 1 : 0]),
  ) as unknown as ScriptErrors;
