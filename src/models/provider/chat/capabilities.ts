/** What an endpoint turned out not to take, learnt from its refusals and kept for the run. */
import type { Refusal } from '../refusal.ts';

type Body = Record<string, unknown>;

/** Which of a model's messages go back with what it thought: those that call tools, or all of them. */
export type ReasoningBack = 'with-calls' | 'always';

export interface Capabilities {
  readonly reasoning: () => ReasoningBack;
  /** The request as this endpoint takes it. */
  adapt(body: Body): Body;
  /** Called for each request that was answered: the endpoint takes what it held. */
  accepted(sent: Body): void;
  /** True if the refusal of what was sent taught something: the request is then worth sending again. */
  learn(refusal: Refusal, sent: Body): boolean;
}

/** Two names for one thing: who refuses the one is asked with the other. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
};
/** Settings of which some values are taken and others refused. */
const BY_VALUE: ReadonlySet<string> = new Set(['temperature', 'n']);
const naming = (name: string, value: unknown): string =>
  BY_VALUE.has(name) ? `${name} ${JSON.stringify(value)}` : name;

const ROOM = ['max_tokens', 'max_completion_tokens'] as const;
const LESS_ROOM =
  /max_(?:completion_)?tokens[\s\S]*?(?:at most|maximum(?: value)?(?: is| of)?|<=|less than or equal to|up to|(?:not|cannot) exceed)\D{0,30}(\d+)/i;

/** The most tokens of a reply that a refusal names, if it is about that and they are fewer than were asked for. */
const roomIn = (message: string, sent: Body): number | undefined => {
  const asked = ROOM.map(name => sent[name]).find(value => typeof value === 'number');
  const most = Number(LESS_ROOM.exec(message.replaceAll(/(?<=\d),(?=\d)/g, ''))?.[1]);
  return asked !== undefined && most > 0 && most < asked ? most : undefined;
};

/** Without these there is nothing to ask. */
const NEEDED: ReadonlySet<string> = new Set(['model', 'messages', 'tools', 'stream']);

const COSTS: Readonly<Record<string, string>> = {
  seed: 'runs are not repeatable',
  temperature: 'it samples at a temperature of its own',
  n: 'each sample is a request of its own',
  logprobs: 'log-probabilities are unknown',
};

const REFUSES =
  /unsupported|unrecogni[sz]ed|not (?:\w+ )?(?:support|permit|allow|recogni|implement|available)|n't (?:support|allow)|does not (?:support|allow)|unknown|unexpected|extra|invalid|only the default|deprecated|must be 1|cannot|can't|removed|no longer/i;

const MISSES_REASONING =
  /reasoning(_content|_details)?\b.{0,80}(must be|missing|required|passed back)|missing.{0,20}reasoning/i;

/** @param tell called once with each lesson */
export const createCapabilities = (tell: (text: string) => void): Capabilities => {
  const dropped = new Set<string>();
  const renamed = new Map<string, string>();
  let system: 'system' | 'user' = 'system';
  let reasoning: ReasoningBack = 'with-calls';
  const messageFields = new Set<string>();
  let mostTokens = Number.POSITIVE_INFINITY;
  const taken = new Set<string>();

  /** What was taken before is refused now: another server, or another model, answers at this address. */
  const startAnew = (name: string): void => {
    tell(`it took ${name} before: what was learnt of it is forgotten`);
    dropped.clear();
    renamed.clear();
    messageFields.clear();
    taken.clear();
    system = 'system';
    reasoning = 'with-calls';
    mostTokens = Number.POSITIVE_INFINITY;
  };

  const adaptMessages = (messages: readonly Body[]): readonly Body[] => {
    const plain =
      messageFields.size === 0
        ? messages
        : messages.map(message =>
            Object.fromEntries(Object.entries(message).filter(([name]) => !messageFields.has(name))),
          );
    return system === 'system' ? plain : saidByUser(plain);
  };

  return {
    reasoning: () => reasoning,
    adapt: body => {
      const adapted: Body = {};
      for (const [name, value] of Object.entries(body)) {
        const now = renamed.get(name) ?? name;
        if (!dropped.has(now)) adapted[now] = name === 'messages' ? adaptMessages(value as Body[]) : value;
      }
      for (const name of ROOM)
        if (name in adapted) adapted[name] = Math.min(Number(adapted[name]), mostTokens);
      return adapted;
    },
    accepted: sent => {
      for (const [name, value] of Object.entries(sent)) taken.add(naming(name, value));
    },
    learn: (refusal, sent) => {
      const { message, param, code } = refusal;
      const all = `${code ?? ''} ${message}`;
      // What was sent before another request taught the same is worth sending again, too.
      if (hasSystem(sent) && NO_SYSTEM.test(message)) {
        system = 'user';
        tell('it takes no system message: its text goes before the first line of the user');
        return true;
      }
      if (withoutReasoning(sent) && MISSES_REASONING.test(message)) {
        reasoning = 'always';
        tell('it wants what the model thought back with every message');
        return true;
      }
      const room = roomIn(message, sent);
      if (room !== undefined) {
        mostTokens = room;
        tell(`it writes at most ${room} tokens in a reply`);
        return true;
      }
      if (!REFUSES.test(all)) return false;
      const named = Object.keys(sent)
        .filter(name => !NEEDED.has(name) && (param === name || names(message, name)))
        .sort((a, b) => b.length - a.length);
      const [name] = param && named.includes(param) ? [param] : named;
      if (name !== undefined) {
        if (taken.has(naming(name, sent[name]))) startAnew(name);
        const other = OTHER_NAMES[name];
        const original = [...renamed].find(([, now]) => now === name)?.[0] ?? name;
        if (other && (original === name || names(message, other))) {
          renamed.delete(original);
          if (original !== other) renamed.set(original, other);
          tell(`it takes no ${name}: ${other} is sent instead`);
        } else {
          dropped.add(name);
          tell(`it takes no ${name}${COSTS[name] ? `: ${COSTS[name]}` : ''}`);
        }
        return true;
      }
      const field = fieldsOf(sent).find(each =>
        new RegExp(`(?<!\\w)${each}(?!\\w)`).test(`${message} ${param ?? ''}`),
      );
      if (field === undefined) return false;
      messageFields.add(field);
      tell(`it takes no ${field} in messages`);
      return true;
    },
  };
};

/** A word of its own in the text, quoted or not; a name of one letter must be quoted. */
const names = (text: string, name: string): boolean =>
  new RegExp(name.length === 1 ? `['"\`]${name}['"\`]` : `(?<![\\w.])${name}(?!\\w)`).test(text);

const NO_SYSTEM = /system.{0,20}(role|message)|role.{0,20}system|roles must alternate/i;

const withoutReasoning = (sent: Body): boolean =>
  (sent.messages as readonly Body[]).some(
    message => message.role === 'assistant' && !('reasoning_content' in message || 'reasoning' in message),
  );

const hasSystem = (sent: Body): boolean =>
  (sent.messages as readonly Body[]).some(({ role }) => role === 'system');

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'tool_calls', 'tool_call_id']);

const fieldsOf = (sent: Body): readonly string[] => [
  ...new Set(
    (sent.messages as readonly Body[]).flatMap(Object.keys).filter(name => !MESSAGE_FIELDS.has(name)),
  ),
];

/** System messages become the beginning of what the user says next. */
const saidByUser = (messages: readonly Body[]): readonly Body[] => {
  const said: Body[] = [];
  let before = '';
  for (const message of messages) {
    if (message.role === 'system') before += `${before ? '\n\n' : ''}${message.content}`;
    else if (message.role === 'user' && before) {
      said.push({ ...message, content: `${before}\n\n${message.content}` });
      before = '';
    } else said.push(message);
  }
  return before ? [...said, { role: 'user', content: before }] : said;
};
