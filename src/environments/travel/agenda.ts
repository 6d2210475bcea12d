/** What a rule-based user wants in one topic (domain) of a travel task. Values are texts: slot → value. */
export interface AgendaTopic {
  readonly domain: string;
  readonly inform: Readonly<Record<string, string>>;
  /** A first choice that the user asks for before `inform`: it should fail; if it does not, the user changes its mind. */
  readonly firstInform?: Readonly<Record<string, string>>;
  readonly book?: Readonly<Record<string, string>>;
  /** Booking details to be tried before `book`. */
  readonly firstBook?: Readonly<Record<string, string>>;
  readonly requests: readonly string[];
}

/** The user's wishes as data, for the rule-based simulator. */
export interface Agenda {
  /** In the order in which the user raises them. */
  readonly topics: readonly AgendaTopic[];
}
