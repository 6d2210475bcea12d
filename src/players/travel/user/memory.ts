import type { Agenda, AgendaTopic } from '../../../environments/travel/agenda.ts';
import type { Manner } from './wording.ts';

/** Where the user stands in its agenda. Plain data, never changed: forks of a conversation share it. */
export interface AgendaMemory {
  readonly manner: Manner;
  /** Index of the topic spoken of; -1 before the first. */
  readonly topic: number;
  readonly stage: 'search' | 'book' | 'requests';
  /** Whether the user still asks for its first choice, and for its first booking. */
  readonly firstChoice: boolean;
  readonly firstBooking: boolean;
  /** Constraints of the present choice that were said, and details of the present booking. */
  readonly said: readonly string[];
  readonly told: readonly string[];
  /** How often the user will repeat itself before it gives the topic up. */
  readonly patience: number;
  /** Messages that the user has written. */
  readonly messages: number;
  /** True if the agenda is too long for one conversation: first choices, which are to fail, are not tried. */
  readonly skipsFirstChoices: boolean;
}

export const PATIENCE = 2;
/** A conversation has at most 15 messages (toolwoz.md, section 8), so the agent has 7 turns after which the user can still react. */
const AGENT_TURNS = 7;

export const newMemory = (agenda: Agenda, manner: Manner): AgendaMemory => {
  const memory: AgendaMemory = {
    manner,
    topic: -1,
    stage: 'search',
    firstChoice: false,
    firstBooking: false,
    said: [],
    told: [],
    patience: PATIENCE,
    messages: 0,
    skipsFirstChoices: false,
  };
  return spareTurns(memory, agenda) < 0 ? { ...memory, skipsFirstChoices: true } : memory;
};

/** The memory with which a topic starts. */
export const enter = (memory: AgendaMemory, topic: AgendaTopic, index: number): AgendaMemory => ({
  ...memory,
  topic: index,
  stage: 'search',
  firstChoice: differs(topic.firstInform, topic.inform) && !memory.skipsFirstChoices,
  firstBooking: differs(topic.firstBook, topic.book) && !memory.skipsFirstChoices,
  said: [],
  told: [],
  patience: PATIENCE,
});

type Slots = Readonly<Record<string, string>>;

/** Real goals name a first choice now and then that is no other than the second. */
const differs = (first: Slots | undefined, then: Slots | undefined): boolean =>
  first !== undefined &&
  then !== undefined &&
  [...Object.keys(first), ...Object.keys(then)].some(slot => first[slot] !== then[slot]);

/** Agent turns that are left over if the rest of the agenda takes its shortest course. Used for saying things bit by bit. */
export const spareTurns = (memory: AgendaMemory, agenda: Agenda): number => {
  const choices = (topic: AgendaTopic): number =>
    1 + (topic.firstInform && !memory.skipsFirstChoices ? 1 : 0);
  const bookings = (topic: AgendaTopic): number =>
    topic.book ? 1 + (topic.firstBook && !memory.skipsFirstChoices ? 1 : 0) : 0;
  let needed = 0;
  for (const [index, topic] of agenda.topics.entries()) {
    if (index > memory.topic) needed += choices(topic) + bookings(topic);
    else if (index < memory.topic) continue;
    else if (memory.stage === 'search') needed += (memory.firstChoice ? 2 : 1) + bookings(topic);
    else if (memory.stage === 'book') needed += memory.firstBooking ? 2 : 1;
  }
  return AGENT_TURNS - memory.messages - needed;
};
