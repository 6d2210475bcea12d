/** What the agenda user can do next: each move words one message and says what it means. */

import type { Random } from '../../../base/random.ts';
import type { Agenda, AgendaTopic } from '../../../environments/travel/agenda.ts';
import type { Meaning } from '../agent/meaning.ts';
import { SLOT_WORDS } from '../agent/phrases.ts';
import { type AgendaMemory, enter, spareTurns } from './memory.ts';
import * as phrases from './phrases.ts';
import type { Wording } from './wording.ts';

type Slots = Readonly<Record<string, string>>;

/** One turn of the user while it is being decided. */
export interface Scene {
  readonly agenda: Agenda;
  readonly memory: AgendaMemory;
  readonly wording: Wording;
  readonly draws: Random;
}

export interface Move {
  readonly sentences: readonly string[];
  readonly meaning: Meaning;
  readonly memory: AgendaMemory;
  readonly done: boolean;
}

const REQUESTS_SHARE = 0.3;

export const topicOf = ({ agenda, memory }: Scene): AgendaTopic => agenda.topics[memory.topic]!;
/** What is looked for at present. */
export const wishOf = (scene: Scene): Slots => {
  const topic = topicOf(scene);
  return (scene.memory.firstChoice ? topic.firstInform : undefined) ?? topic.inform;
};
/** How it is to be booked at present. */
export const bookingOf = (scene: Scene): Slots => {
  const topic = topicOf(scene);
  return (scene.memory.firstBooking ? topic.firstBook : undefined) ?? topic.book ?? {};
};
export const unsaid = (scene: Scene): readonly string[] =>
  Object.keys(wishOf(scene)).filter(slot => !scene.memory.said.includes(slot));
export const untold = (scene: Scene): readonly string[] =>
  Object.keys(bookingOf(scene)).filter(slot => !scene.memory.told.includes(slot));

const spelled = ({ wording }: Scene, slots: Slots, which: readonly string[]): Slots =>
  Object.fromEntries(which.map(slot => [slot, wording.spell(slot, slots[slot]!)]));

/** All of the slots, or while there is time some of them: people say things bit by bit. */
const portion = (
  { draws, agenda }: Scene,
  memory: AgendaMemory,
  slots: readonly string[],
  hold: number,
): string[] => {
  const shuffled = draws.shuffle(slots);
  if (slots.length < 2 || spareTurns(memory, agenda) < 1 || !draws.chance(hold)) return shuffled;
  return shuffled.slice(0, 1 + draws.below(slots.length - 1));
};

/** A message about constraints: the templates' `{}` is their list. */
const inform = (
  scene: Scene,
  templates: readonly string[],
  slots: readonly string[],
  meaning: Meaning,
  opening: readonly string[] = [],
): Move => {
  const given = spelled(scene, wishOf(scene), slots);
  return {
    sentences: [...opening, scene.wording.say(templates, scene.wording.list(given))],
    meaning: { domain: topicOf(scene).domain, inform: given, ...meaning },
    memory: { ...scene.memory, said: [...new Set([...scene.memory.said, ...slots])] },
    done: false,
  };
};

/** A message about booking details. */
const details = (scene: Scene, templates: readonly string[], slots: readonly string[]): Move => {
  const given = spelled(scene, bookingOf(scene), slots);
  return {
    sentences: [scene.wording.say(templates, scene.wording.list(given))],
    meaning: { domain: topicOf(scene).domain, book: given, wantsBooking: true },
    memory: { ...scene.memory, stage: 'book', told: [...new Set([...scene.memory.told, ...slots])] },
    done: false,
  };
};

/** Opens the next topic, or says goodbye after the last. `opening` is one of the user's polite words. */
export const goOn = (scene: Scene, opening: 'thanks' | 'never-mind' | 'none'): Move => {
  const { agenda, wording } = scene;
  const next = agenda.topics[scene.memory.topic + 1];
  if (!next) {
    const farewell = opening === 'never-mind' ? phrases.GIVE_UP_FAREWELLS : phrases.FAREWELLS;
    return { sentences: [wording.say(farewell)], meaning: { bye: true }, memory: scene.memory, done: true };
  }
  const entered = { ...scene, memory: enter(scene.memory, next, scene.memory.topic + 1) };
  const templates = opening === 'none' ? phrases.OPENINGS : phrases.NEXT_OPENINGS;
  const polite =
    opening === 'none' ? [] : [wording.say(opening === 'thanks' ? phrases.THANKS : phrases.GIVING_UP)];
  const slots = portion(entered, entered.memory, unsaid(entered), 0.5);
  const opened = inform(entered, templates[next.domain] ?? ['I need {}'], slots, { why: 'open' }, polite);
  return opened;
};

/** The topic is settled: perhaps one question about it, then on. */
export const settle = (scene: Scene): Move => {
  const { agenda, memory, wording, draws } = scene;
  const { domain, requests } = topicOf(scene);
  const asking: AgendaMemory = { ...memory, stage: 'requests' };
  const asks = memory.stage !== 'requests' && spareTurns(asking, agenda) >= 1 && draws.chance(REQUESTS_SHARE);
  if (requests.length === 0 || !asks) return goOn(scene, 'thanks');
  const request = draws.pick(requests);
  return {
    sentences: [wording.say(phrases.REQUESTS, SLOT_WORDS[request] ?? request)],
    meaning: { domain, requests: [request] },
    memory: asking,
    done: false,
  };
};

/** More constraints, on hearing an offer that was made without them. */
export const add = (scene: Scene): Move =>
  inform(scene, phrases.ADDITIONS, portion(scene, scene.memory, unsaid(scene), 0.3), { why: 'add' });

/** Answers the agent's questions, as far as there is an answer; booking details too, if the user means to book. */
export const answer = (scene: Scene, asks: readonly string[]): Move => {
  const wish = wishOf(scene);
  const booking = bookingOf(scene);
  const { domain } = topicOf(scene);
  const wanted = asks.filter(slot => slot in wish && !(slot in booking && scene.memory.stage === 'book'));
  const askedToBook = asks.filter(slot => slot in booking && !wanted.includes(slot));
  const toBook = askedToBook.length > 0 ? [...new Set([...askedToBook, ...untold(scene)])] : [];
  const heardBefore = [...wanted, ...askedToBook].every(
    slot => scene.memory.said.includes(slot) || scene.memory.told.includes(slot),
  );
  const patience = scene.memory.patience - (heardBefore ? 1 : 0);
  if (toBook.length > 0 && wanted.length === 0) {
    const told = details(scene, phrases.DETAILS, toBook);
    const rest = scene.memory.stage === 'search' ? unsaid(scene) : [];
    if (rest.length === 0) return { ...told, memory: { ...told.memory, patience } };
    const said = inform({ ...scene, memory: told.memory }, phrases.ADDITIONS, rest, { why: 'add' });
    return {
      ...said,
      sentences: [...said.sentences, ...told.sentences],
      meaning: { ...told.meaning, ...said.meaning },
    };
  }
  if (wanted.length > 0) {
    const said = inform(scene, phrases.REPLIES, wanted, { why: 'answer' });
    return { ...said, memory: { ...said.memory, patience } };
  }
  const indifferent = asks.slice(0, 1).filter(slot => slot in SLOT_WORDS);
  const sentence = scene.wording.say(phrases.NO_PREFERENCES, SLOT_WORDS[indifferent[0] ?? 'area']);
  const rest = unsaid(scene).slice(0, 1);
  if (rest.length === 0) {
    return {
      sentences: [sentence],
      meaning: { domain, noPreference: indifferent },
      memory: { ...scene.memory, patience: scene.memory.patience - 0.5 },
      done: false,
    };
  }
  return inform(scene, phrases.ADDITIONS, rest, { why: 'answer', noPreference: indifferent }, [sentence]);
};

/**
 * Gives up the first choice: because there is none (`failed`), or, where it was found after all, on a whim. Says
 * what is different, and what had not been said yet.
 */
export const fallBack = (scene: Scene, failed: boolean): Move => {
  const before = wishOf(scene);
  const settled = { ...scene, memory: { ...scene.memory, firstChoice: false } };
  const after = wishOf(settled);
  const news = Object.keys(after).filter(
    slot => after[slot] !== before[slot] || !scene.memory.said.includes(slot),
  );
  const dropped = scene.memory.said.filter(slot => !(slot in after));
  const indifferent = dropped.map(slot =>
    scene.wording.say(phrases.NO_PREFERENCES, SLOT_WORDS[slot] ?? slot),
  );
  const slots = news.length > 0 ? scene.draws.shuffle(news) : Object.keys(after);
  return inform(
    settled,
    failed ? phrases.FALLBACKS : phrases.CHANGES,
    slots,
    {
      why: 'change',
      ...(dropped.length > 0 && { dropped, noPreference: dropped }),
    },
    indifferent,
  );
};

/** The agent is lost: everything again, as long as patience lasts. */
export const repeat = (scene: Scene): Move => {
  const patience = scene.memory.patience - 1;
  if (patience < 0) return goOn(scene, 'never-mind');
  const memory: AgendaMemory = { ...scene.memory, stage: 'search', told: [], patience };
  const slots = scene.draws.shuffle(Object.keys(wishOf(scene)));
  return inform({ ...scene, memory }, phrases.REPEATS, slots, { why: 'repeat' });
};

/** The agent speaks of another place than the one asked for by name. */
export const correct = (scene: Scene): Move => {
  const patience = scene.memory.patience - 1;
  if (patience < 0) return goOn(scene, 'never-mind');
  const memory: AgendaMemory = { ...scene.memory, stage: 'search', told: [], patience };
  return inform({ ...scene, memory }, phrases.CORRECTIONS, ['name'], { why: 'repeat' });
};

/** Wants the offer booked. `asks` are details that the agent asked for. */
export const book = (scene: Scene, asks: readonly string[] = []): Move => {
  const memory: AgendaMemory = { ...scene.memory, stage: 'book' };
  const all = Object.keys(bookingOf(scene));
  if (all.length === 0) {
    return {
      sentences: [scene.wording.say(phrases.BARE_BOOKINGS)],
      meaning: { domain: topicOf(scene).domain, wantsBooking: true },
      memory,
      done: false,
    };
  }
  const given = portion(scene, memory, all, 0.28);
  return details(scene, phrases.BOOKINGS, [
    ...new Set([...given, ...asks.filter(slot => all.includes(slot))]),
  ]);
};

/** The rest of the booking details. */
export const tellRest = (scene: Scene): Move => details(scene, phrases.DETAILS, untold(scene));

/** Tries to book otherwise: because the first booking failed, or, where it was made after all, on a whim. */
export const rebook = (scene: Scene, failed: boolean): Move => {
  const before = bookingOf(scene);
  const settled = { ...scene, memory: { ...scene.memory, firstBooking: false } };
  const after = bookingOf(settled);
  const news = Object.keys(after).filter(
    slot => after[slot] !== before[slot] || !scene.memory.told.includes(slot),
  );
  const slots = news.length > 0 ? news : Object.keys(after);
  const move = details(settled, failed ? phrases.BOOKING_FALLBACKS : phrases.BOOKING_CHANGES, slots);
  return { ...move, meaning: { ...move.meaning, why: 'change' } };
};

/** Asks for the booking again. */
export const insist = (scene: Scene): Move => {
  const patience = scene.memory.patience - 1;
  if (patience < 0) return goOn(scene, 'never-mind');
  return book({ ...scene, memory: { ...scene.memory, told: [], patience } });
};
