/**
 * The scripted agent and user of the reference's speed measurements (`reference_speed.json` beside the ToolWOZ data):
 * now and then the agent makes a right call, or a search with half of what it should know; else both just talk.
 * Draws depend on the task and the sample's seed, which names task and path, and for greedy requests on the prompt:
 * so sequential, concurrent, batched, cached and resumed runs see the same replies.
 */
import { hash, type Random, random } from '../../base/random.ts';
import type { Message } from '../../dialogue/message.ts';
import type { ScriptedPolicy, ScriptedReply, ScriptedRequest } from './scripted-server.ts';

export interface ScriptedTask {
  readonly id: string;
  readonly instructions: readonly string[];
  readonly goals: readonly {
    readonly tool: string;
    readonly arguments: Readonly<Record<string, unknown>>;
  }[];
}

export interface TalkProbabilities {
  readonly rightCall: number;
  readonly partialSearch: number;
}
export interface ScriptedPolicyOptions {
  readonly tasks: readonly ScriptedTask[];
  readonly seed?: number;
  readonly afterUser?: TalkProbabilities;
  readonly afterToolResult?: TalkProbabilities;
  readonly agentWords?: number;
  readonly userWords?: number;
  readonly userEnds?: number;
}

/** A scripted user's line begins with the task's id in brackets, by which the agent's requests are recognised. */
export const scriptedPolicy = (options: ScriptedPolicyOptions): ScriptedPolicy => {
  const {
    seed: policySeed = 0,
    afterUser = { rightCall: 0.08, partialSearch: 0.22 },
    afterToolResult = { rightCall: 0.04, partialSearch: 0.16 },
    agentWords = 40,
    userWords = 30,
    userEnds = 0.03,
  } = options;
  const byId = new Map(options.tasks.map(task => [task.id, task]));
  const whose = recogniser(options.tasks, byId);

  return (request, seed) => {
    const { task, role } = whose(request.messages);
    const stream = random(
      policySeed,
      task?.id ?? '',
      role,
      request.temperature === 0 ? hash(JSON.stringify(request.messages)) : seed,
    );
    if (role === 'user') {
      const text = `[${task?.id}] ${words(userWords, stream)}`;
      return { text: stream.chance(userEnds) ? `${text} END_CONVERSATION` : text };
    }
    const { rightCall, partialSearch } = afterResult(request.messages) ? afterToolResult : afterUser;
    const at = stream.next();
    const goal =
      at < rightCall
        ? rightOne(task, stream)
        : at < rightCall + partialSearch
          ? half(task, stream)
          : undefined;
    const text = words(agentWords, stream);
    return goal ? call(request, goal.tool, goal.arguments) : speech(request, text);
  };
};

type Recognised = { readonly task: ScriptedTask | undefined; readonly role: 'agent' | 'user' };

const recogniser = (tasks: readonly ScriptedTask[], byId: ReadonlyMap<string, ScriptedTask>) => {
  const bySystemPrompt = new Map<string, ScriptedTask | undefined>();
  const needles = tasks.map(task => ({ task, texts: task.instructions.map(plain) }));
  const userOf = (prompt: string): ScriptedTask | undefined => {
    if (!bySystemPrompt.has(prompt)) {
      const hay = plain(prompt);
      const found = needles.find(({ texts }) => texts.length > 0 && texts.every(text => hay.includes(text)));
      bySystemPrompt.set(prompt, found?.task);
    }
    return bySystemPrompt.get(prompt);
  };
  return (messages: readonly Message[]): Recognised => {
    const played = userOf(messages[0]?.content ?? '');
    if (played) return { task: played, role: 'user' };
    const opening = messages.find(message => message.role === 'user')?.content ?? '';
    return { task: byId.get(idIn(opening) ?? ''), role: 'agent' };
  };
};

const plain = (text: string): string =>
  text
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The task whose id a line of the scripted user begins with. */
const idIn = (line: string): string | undefined => /^\[([^\]]+)\]/.exec(line)?.[1];

/** An agent that writes its calls as text is sent their results in the user's role, but without the mark of the user's lines. */
const afterResult = (messages: readonly Message[]): boolean => {
  const last = messages.at(-1);
  return last?.role === 'tool' || (last?.role === 'user' && idIn(last.content ?? '') === undefined);
};

type Goal = ScriptedTask['goals'][number];

const rightOne = (task: ScriptedTask | undefined, stream: Random): Goal | undefined =>
  task && task.goals.length > 0 ? withoutBlanks(stream.pick(task.goals)) : undefined;

const half = (task: ScriptedTask | undefined, stream: Random): Goal | undefined => {
  const searches = task?.goals.filter(goal => goal.tool.startsWith('search')) ?? [];
  if (searches.length === 0) return undefined;
  const goal = withoutBlanks(stream.pick(searches));
  const known = stream.shuffle(Object.entries(goal.arguments));
  return { tool: goal.tool, arguments: Object.fromEntries(known.slice(0, Math.ceil(known.length / 2))) };
};

const withoutBlanks = (goal: Goal): Goal => ({
  tool: goal.tool,
  arguments: Object.fromEntries(Object.entries(goal.arguments).filter(([, value]) => value !== '')),
});

/** The reply in whatever protocol the request asks for: tools, PLAN / APICALL / SPEAK, or Action. */
const call = (request: ScriptedRequest, name: string, args: object): ScriptedReply => {
  if (request.toolNames.length > 0) return { toolCalls: [{ name, arguments: JSON.stringify(args) }] };
  if (!speaksCommands(request)) return { text: `Action:\n${JSON.stringify({ name, arguments: args })}` };
  const text = JSON.stringify({ name, parameters: args });
  return { text: `PLAN look it up <COMMAND_END> APICALL ${text} <COMMAND_END>` };
};

const speech = (request: ScriptedRequest, text: string): ScriptedReply => {
  if (request.toolNames.length > 0) return { text };
  if (!speaksCommands(request)) {
    return { text: `Action:\n${JSON.stringify({ name: 'respond', arguments: { content: text } })}` };
  }
  return { text: `PLAN talk <COMMAND_END> SPEAK ${text} <COMMAND_END>` };
};

const speaksCommands = (request: ScriptedRequest): boolean =>
  request.messages[0]?.content?.includes('APICALL') === true;

const VOCABULARY =
  'the town has many places to stay and see which would suit you well at this time of year'.split(' ');

const words = (count: number, stream: Random): string =>
  Array.from({ length: count }, () => stream.pick(VOCABULARY)).join(' ');
