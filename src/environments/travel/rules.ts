/**
 * Where Juxta can do better than the reference, one switch per defect (numbers: toolwoz.md, section 9). Off, the
 * reference's behaviour is matched to the letter. D4 (only the last booked item of a dialogue counts) has no
 * switch: a domain with several bookings would need several goals of one name.
 */
export interface TravelRules {
  /** D1. What the user asks for first is really not to be had: records that match it are hidden, but for the booked one. */
  readonly firstChoiceFails: boolean;
  /** D5. Database texts are read as arguments are, so names with capitals or apostrophes can be found. */
  readonly forgivingNames: boolean;
  /** D6. The same values count as empty everywhere, however they are capitalised or quoted. */
  readonly oneNotionOfEmpty: boolean;
  /** D7. A booking goal needs a booking that succeeded; a rejected call earns nothing. */
  readonly bookingMustSucceed: boolean;
  /** D8. A search must find what is to be booked even once it is booked. */
  readonly searchMustFindBooking: boolean;
  /** D9. Times are bounds, the bound itself included, when searching and when judging what was found. */
  readonly timesAreBounds: boolean;
}

export type RulesName = 'reference' | 'corrected';

const all = (on: boolean): TravelRules => ({
  firstChoiceFails: on,
  forgivingNames: on,
  oneNotionOfEmpty: on,
  bookingMustSucceed: on,
  searchMustFindBooking: on,
  timesAreBounds: on,
});

export const referenceRules: TravelRules = all(false);
export const correctedRules: TravelRules = all(true);

/** The switches of a named set, or of the reference with some of its own turned on. */
export const travelRules = (rules: RulesName | Partial<TravelRules> = 'reference'): TravelRules => {
  if (rules === 'reference') return referenceRules;
  if (rules === 'corrected') return correctedRules;
  return { ...referenceRules, ...rules };
};
