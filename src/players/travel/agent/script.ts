import type { Agent, AgentStep, AgentView } from '../../../agents/agent.ts';
import { type Random, random } from '../../../base/random.ts';
import { isJsonObject, type JsonObject } from '../../../dialogue/json.ts';
import { type AssistantMessage, type Message, toolCall } from '../../../dialogue/message.ts';
import { type CallRecord, noUsage } from '../../../dialogue/turn.ts';
import { type Belief, type Beliefs, heed, noBelief, noBeliefs } from './beliefs.ts';
import { titleCase } from './casing.ts';
import type { ScriptErrors } from './errors.ts';
import { type Meaning, readMeaning } from './meaning.ts';
import * as phrases from './phrases.ts';
import { argumentsFor, DETAILS, PREFERENCES, searchableDomains } from './slots.ts';

export {
  fallibleErrors,
  modeOf,
  perfectErrors,
  type ScriptErrors,
  slipErrors,
  systematicErrors,
} from './errors.ts';

/**
 * A travel agent made of rules. It needs no model: it reads the user's meaning, not the text. With errors it is the
 * teacher that the embedded model is cloned from; without, it shows what a conversation can reach. A step is a
 * whole turn: up to two calls, then speech. Deterministic in the view's seed.
 *
 * @example scriptAgent(perfectErrors)
 */
export const scriptAgent = (errors: ScriptErrors): Agent<Beliefs> => ({
  name: 'script',
  memory: noBeliefs,
  step: async (_model, view) => {
    const meaning = readMeaning(view.meaning);
    const domain = meaning?.domain ?? view.memory.domain;
    if (!meaning || meaning.bye || domain === null) {
      return spoken(view.memory, [], [], random(view.seed, 'script').pick(phrases.GREETINGS));
    }
    const before = view.memory.byDomain[domain] ?? noBelief;
    const turn = openTurn(view, domain, heed(before, meaning), errors);
    const speech = await respond(turn, meaning);
    const memory = { domain, byDomain: { ...view.memory.byDomain, [domain]: turn.belief } };
    return spoken(memory, turn.internal, turn.calls, speech);
  },
});

const spoken = (
  memory: Beliefs,
  internal: readonly Message[],
  calls: readonly CallRecord[],
  text: string,
): AgentStep<Beliefs> => {
  const speech: AssistantMessage = { role: 'assistant', content: text };
  return {
    status: 'spoke',
    visible: [speech],
    internal: [...internal, speech],
    calls,
    usage: noUsage,
    memory,
  };
};

/** One turn under way: what was believed, called and answered so far. Local to one step. */
interface Turn {
  readonly domain: string;
  readonly draws: Random;
  belief: Belief;
  readonly internal: Message[];
  readonly calls: CallRecord[];
  call(name: string, args: JsonObject): Promise<CallRecord>;
  /** True if the agent errs here. */
  errs(situation: keyof ScriptErrors): boolean;
}

const openTurn = (view: AgentView<Beliefs>, domain: string, belief: Belief, errors: ScriptErrors): Turn => {
  const draws = random(view.seed, 'script');
  const internal: Message[] = [];
  const calls: CallRecord[] = [];
  return {
    domain,
    draws,
    belief,
    internal,
    calls,
    errs: situation => draws.chance(errors[situation]),
    call: async (name, args) => {
      const call = toolCall(`call_${view.seed}_${calls.length}`, name, JSON.stringify(args));
      const record = await view.execute(call);
      calls.push(record);
      internal.push(
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: record.output },
      );
      return record;
    },
  };
};

const respond = async (turn: Turn, meaning: Meaning): Promise<string> => {
  // Small models are shown only the name of what was found, so their teacher knows no more.
  if (meaning.requests) return say(turn, phrases.NO_ANSWER);
  return meaning.wantsBooking ? book(turn, meaning) : look(turn, meaning);
};

const say = (turn: Turn, templates: readonly string[], value = ''): string =>
  turn.draws.pick(templates).replace('{}', () => value);

/** Names have capitals in speech; numbers of trains have them already. */
const offered = (turn: Turn): string => titleCase(turn.belief.offered ?? '');

const ask = (turn: Turn, slot: string): string => say(turn, phrases.QUESTIONS[slot]!);

const offer = (turn: Turn): string =>
  turn.belief.offered === null
    ? say(turn, phrases.NOTHING_FOUND)
    : say(turn, turn.domain === 'attraction' ? phrases.FINDS : phrases.OFFERS, offered(turn));

/** The user says what it is looking for. */
const look = async (turn: Turn, meaning: Meaning): Promise<string> => {
  const { inform } = turn.belief;
  const known = Object.keys(inform).filter(slot => slot in phrases.QUESTIONS);
  const unknown = (PREFERENCES[turn.domain] ?? []).filter(slot => !(slot in inform));
  if (known.length > 0 && turn.errs('askAgain')) return ask(turn, turn.draws.pick(known));
  const mayAsk = meaning.why === 'open' && !('name' in inform) && unknown.length > 0;
  if (mayAsk && turn.errs('askFirst')) return ask(turn, turn.draws.pick(unknown));
  if (meaning.why === 'add' && turn.belief.offered !== null && turn.errs('skipSearch')) {
    turn.belief = { ...turn.belief, stale: false };
    return offer(turn);
  }
  await search(turn, meaning.why === 'change' && turn.errs('keepOldValue'));
  return offer(turn);
};

/** The user wants it booked. */
const book = async (turn: Turn, meaning: Meaning): Promise<string> => {
  const details = DETAILS[turn.domain] ?? [];
  const missing = details.filter(slot => !(slot in turn.belief.book));
  const known = details.filter(slot => slot in turn.belief.book);
  if (known.length > 0 && turn.errs('askAgain')) return ask(turn, turn.draws.pick(known));
  if (missing.length > 0 && !turn.errs('bookEarly')) return ask(turn, missing[0]!);
  if (turn.belief.offered === null || turn.belief.stale) await search(turn, false);
  if (turn.belief.offered === null) return offer(turn);
  const late = meaning.why !== 'change' && known.some(slot => meaning.book?.[slot] === undefined);
  if (turn.errs(turn.domain === 'train' ? 'claimTrainBooking' : late ? 'claimLateBooking' : 'claimBooking'))
    return say(turn, phrases.BOOKED, offered(turn));
  const given = known.filter(() => !turn.errs('dropDetail'));
  const id = turn.domain === 'train' ? 'trainID' : 'name';
  const { returned } = await turn.call(`book_${turn.domain}`, {
    ...Object.fromEntries(given.map(slot => [slot, turn.belief.book[slot]!])),
    [id]: turn.belief.offered,
  });
  const succeeded = isJsonObject(returned) && returned.success === true;
  if (succeeded || turn.errs('hideFailure')) return say(turn, phrases.BOOKED, offered(turn));
  return say(turn, phrases.BOOKING_FAILED, offered(turn));
};

/** Searches by what is believed, errors apart, and notes what was found. */
const search = async (turn: Turn, byOldValues: boolean): Promise<void> => {
  const { inform, replaced } = turn.belief;
  const wanted = byOldValues ? { ...inform, ...replaced } : inform;
  const others = searchableDomains.filter(domain => domain !== turn.domain);
  const domain = turn.errs('wrongDomain') ? turn.draws.pick(others) : turn.domain;
  const { returned } = await turn.call(
    `search_${domain}`,
    argumentsFor(domain, wanted, slot => turn.errs(slot)),
  );
  const record = isJsonObject(returned) ? returned : {};
  const id = record.name ?? record.trainID;
  turn.belief = {
    ...turn.belief,
    stale: false,
    offered: typeof id === 'string' ? id : null,
  };
};
