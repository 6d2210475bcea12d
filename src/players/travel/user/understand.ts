/**
 * What an agent's message means to the agenda user, by keywords: made for the scripted agent and for other phrasings
 * alike. It need not be right always; a user who misunderstands asks again.
 */
export interface Heard {
  /** The agent says that a booking was made. */
  readonly booked: boolean;
  /** The agent says that a booking could not be made. */
  readonly bookingFailed: boolean;
  /** The agent says that a search found nothing suitable. */
  readonly notFound: boolean;
  /** The agent names or describes something that it found. */
  readonly offers: boolean;
  /** Slots that the agent asks about, in the order of `QUESTIONS`. */
  readonly asks: readonly string[];
}

const QUESTIONS: readonly (readonly [slot: string, pattern: RegExp])[] = [
  ['area', /\b(area|part of|location|side of town|whereabouts)\b/],
  ['pricerange', /\b(price|budget|cheap|expensive|pricerange)\b/],
  ['stars', /\b(stars?|rating)\b/],
  ['food', /\b(food|cuisine)\b/],
  ['type', /\b(type|kind|sort)\b(?! of (food|cuisine|meal))|\bhotel or (a )?guest ?house\b/],
  ['parking', /\bparking\b/],
  ['internet', /\b(internet|wi-?fi)\b/],
  [
    'departure',
    /\bwhere\b.*\b(from|start|leave|leaving|depart)|\bfrom (where|which|what)|\bdeparture (station|city|place|location|point)\b/,
  ],
  [
    'destination',
    /\bwhere\b.*\b(go|going|to|travel\w*|arriv\w+)\b(?!.*\bfrom\b)|\bdestination\b|\bto (where|which station)\b/,
  ],
  ['leaveAt', /\b(time|when|early|hour)\b.*\b(leav\w+|depart\w*)\b|\bdeparture time\b/],
  ['arriveBy', /\b(time|when|late|hour)\b.*\barriv\w+|\barrival time\b/],
  ['day', /\b(days?|date|when)\b(?!.*\b(leave|arrive|depart)\b)/],
  [
    'people',
    /\bhow many (people|guests|persons|tickets|seats|passengers|travell?ers|of you)\b|\b(party|group) size\b|\bnumber of (people|guests|tickets|travell?ers|seats)\b|\bpeople are\b/,
  ],
  ['stay', /\bnights?\b|\bhow long\b|\blength of\b/],
  ['time', /\b(time|hour)\b(?!.*\b(leav|depart|arriv))/],
  ['name', /\bname\b/],
];

const INVITES_ANSWER =
  /\?|\b(please (tell|give|provide|specify|let)|let me know|could you|can you tell|may i have|i('ll| will|'d| would)? (also )?need (to know|the|a few|your|some))\b/;
const NEGATIVE =
  /\b(not|no|none|nothing|unable|fail(s|ed|ure)?|cannot|can't|couldn't|can not|wasn't|isn't|don't|didn't|unsuccessful|unfortunately|sorry|unavailable|error)\b/;
const BOOKING = /\b(book|booked|booking|bookings|reserve|reserved|reservation)\b/;
const FULL = /\b(is|are|it's|was|all) (fully booked|full|sold out|booked (up|out))\b/;
const BOOKED =
  /\b(is|are|was|were|been|have|has|'ve|i|successfully|now|all|got you|you're|you are)\s+(now |all |been |successfully )*(booked|reserved)\b|\b(booking|reservation)\b.*\b(confirmed|successful|complete|completed|made|done|set)\b|\b(made|confirmed|completed) (a|the|your) (booking|reservation)|\breference\b.*\b(is|number|:)/;
const CONDITIONAL =
  /\b(would you like|shall i|should i|do you want|once|before|if|can be|could be|to be|want me to)\b/;
const EMPTY_SEARCH =
  /\b(no|none|nothing|not|couldn't|cannot|can't|unable|don't|didn't|sorry)\b.*\b(find|found|match\w*|available|results?|hotels?|guest ?houses?|restaurants?|places?|attractions?|trains?|like|such|listings?|have any|any)\b|\b(found|there is|there are|have) (nothing|none|no)\b/;
const VAGUE =
  /\bthere are (several|many|multiple|a (few|lot|number)|lots|plenty|\d+|two|three|four|five)\b|\b(found|have) (several|many|multiple|\d+|lots|plenty)\b/;
const PROPOSAL =
  /\b(would you like|shall i|should i|do you want|want me|like me|if you('d| would) like)\b.*\b(book|reserve|booking|reservation|buy|purchase)\b/;
const OFFER =
  /\b(found|there (is|are)|there's|i have|we have|have got|recommend|suggest|how about|what about|option|it is|it's|you (might|may|could) (like|try)|called|named|offers?|available)\b|\btr\d{3,}/;

/** Reads an agent's message. */
export const understand = (text: string): Heard => {
  const sentences = text
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/(?<=[.!?;\n])\s+/)
    .filter(sentence => /\w/.test(sentence));
  let booked = false;
  let bookingFailed = false;
  let notFound = false;
  let offers = false;
  const asks = new Set<string>();
  for (const sentence of sentences) {
    const isQuestion = sentence.includes('?');
    const negative = NEGATIVE.test(sentence);
    if (
      (BOOKING.test(sentence) || FULL.test(sentence)) &&
      (negative || FULL.test(sentence)) &&
      !/\bdo not have|any questions\b/.test(sentence)
    ) {
      if (!isQuestion || /\b(fail|could not|couldn't|unable)/.test(sentence)) bookingFailed = true;
    } else if (BOOKED.test(sentence) && !CONDITIONAL.test(sentence)) booked = true;
    else if (EMPTY_SEARCH.test(sentence) && !isQuestion) notFound = true;
    else if (PROPOSAL.test(sentence)) offers = true;
    else if (OFFER.test(sentence) && !VAGUE.test(sentence) && !negative) offers = true;
    if (INVITES_ANSWER.test(sentence)) {
      for (const [slot, pattern] of QUESTIONS) if (pattern.test(sentence)) asks.add(slot);
    }
  }
  return { booked, bookingFailed, notFound, offers, asks: [...asks] };
};
