/**
 * The ReAct agent: the model plans, calls and speaks in words, without the API's tool calls (toolwoz.md, section 8).
 *
 * `reference` is the protocol of the published results. `default` differs: keywords count only where a command may
 * begin, and texts keep their line breaks and backslashes; a malformed call, or one that cannot be executed, is
 * answered with what was wrong; a reply without a command likewise; a plan is noted once; and running out of requests
 * is told to the model as well as to the user.
 */
import { messageOf } from '../../base/errors.ts';
import { hash } from '../../base/random.ts';
import { isJsonObject, type Json } from '../../dialogue/json.ts';
import { type Message, toolCall } from '../../dialogue/message.ts';
import { addUsage, type CallRecord, noUsage, type Usage } from '../../dialogue/turn.ts';
import { type Tool, ToolCallError } from '../../environments/environment.ts';
import { type Agent, type AgentStep, type AgentView, OUT_OF_TRIES } from '../agent.ts';
import { type FunctionCallingOptions, wholeTurns } from '../function-calling.ts';
import { thoughtsOf } from '../protocols/thoughts.ts';
import { readCall } from './call.ts';
import { COMMAND_END, type Command, commandsOf, referenceCommands } from './commands.ts';
import { reactPrompt } from './prompt.ts';

export type ReactOptions = FunctionCallingOptions;

const APOLOGY: Message = { role: 'assistant', content: `SPEAK ${OUT_OF_TRIES} ${COMMAND_END}` };
const WRONG_CALL = 'FAILURE INCORRECTLY FORMATTED APICALL';

/** @example react({ ...wholeTurns, protocol: 'reference' }) */
export const react = (options: ReactOptions = wholeTurns): Agent<null> => ({
  name: 'react',
  memory: null,
  systemPrompt: promptFor,
  outOfTries: options.protocol === 'reference' ? [] : [APOLOGY],
  step: async (model, view, signal) => {
    const turn = newTurn(options, view);
    for (let request = 0; request < options.requestsPerStep; request++) {
      const [completion] = await model.generate(
        {
          messages: [
            { role: 'system', content: promptFor(view.systemPrompt, view.tools) },
            ...view.internal,
            ...turn.internal,
          ],
          tools: [],
          temperature: view.temperature,
          maxTokens: view.maxTokens,
          seed: hash(view.seed, request),
        },
        signal,
      );
      turn.usage = addUsage(turn.usage, completion!.usage);
      turn.thoughts = thoughtsOf(completion!);
      const { text } = completion!;
      if (text === null && options.protocol === 'reference') {
        return ended(turn, { status: 'gave-up', error: 'the reply has no text' });
      }
      const step = await obey(turn, text ?? '', request);
      if (step) return ended(turn, step);
    }
    if (!options.endsTurn) return ended(turn, { status: 'acting' });
    if (options.protocol === 'default') turn.internal.push(APOLOGY);
    return ended(turn, {
      status: 'spoke',
      visible: [{ role: 'assistant', content: OUT_OF_TRIES }],
    });
  },
});

const prompts = new WeakMap<object, { readonly role: string; readonly prompt: string }>();

/** The system prompt is the same for all conversations of an environment, so it is written once. */
const promptFor = (role: string, tools: readonly Tool[]): string => {
  let known = prompts.get(tools);
  if (known?.role !== role) {
    known = { role, prompt: reactPrompt(role, tools) };
    prompts.set(tools, known);
  }
  return known.prompt;
};

interface Turn {
  readonly reference: boolean;
  readonly view: AgentView<null>;
  readonly toolNames: ReadonlySet<string>;
  readonly internal: Message[];
  readonly calls: CallRecord[];
  usage: Usage;
  /** What the model thought before the reply that is being carried out. */
  thoughts: ReturnType<typeof thoughtsOf>;
}

type End = Pick<AgentStep<null>, 'status'> & Partial<AgentStep<null>>;

const newTurn = (options: ReactOptions, view: AgentView<null>): Turn => ({
  reference: options.protocol === 'reference',
  view,
  toolNames: new Set(view.tools.map(tool => tool.name)),
  internal: [],
  calls: [],
  usage: noUsage,
  thoughts: {},
});

const ended = (turn: Turn, end: End): AgentStep<null> => ({
  visible: [],
  internal: turn.internal,
  calls: turn.calls,
  usage: turn.usage,
  memory: null,
  ...end,
});

/** A reply may become several messages: the first of them carries what the model thought. */
const say = (turn: Turn, content: string): void => {
  turn.internal.push({ role: 'assistant', content, ...turn.thoughts });
  turn.thoughts = {};
};
const answer = (turn: Turn, result: string): void => {
  turn.internal.push({ role: 'user', content: `APIRETURN ${result}` });
};

/** Carries out a reply's commands. @returns how the step ends, if it does */
const obey = async (turn: Turn, reply: string, request: number): Promise<End | undefined> => {
  const commands = turn.reference ? referenceCommands(reply) : commandsOf(reply);
  if (!commands.some(({ keyword }) => turn.reference || keyword !== 'PLAN')) {
    noCommand(turn, reply);
    return undefined;
  }
  let plan = '';
  for (const [i, command] of commands.entries()) {
    const written = `${command.keyword} ${command.text} ${COMMAND_END}`;
    if (command.keyword === 'PLAN') {
      plan = `${written} `;
      continue;
    }
    if (command.keyword === 'SPEAK') {
      say(turn, plan + written);
      return { status: 'spoke', visible: [{ role: 'assistant', content: command.text }] };
    }
    const outcome = await call(turn, command, `call_${request}_${i}`);
    if ('error' in outcome) return { status: 'gave-up', error: outcome.error };
    say(turn, plan + written);
    answer(turn, outcome.output);
    if (!turn.reference) plan = '';
  }
  return undefined;
};

const noCommand = (turn: Turn, reply: string): void => {
  if (turn.reference) {
    say(turn, 'ERROR: NO COMMAND FOUND');
    return;
  }
  say(turn, reply);
  answer(turn, '"ERROR: there was no APICALL and no SPEAK. Reply with a PLAN, then one of the two."');
};

/** Executes an APICALL. @returns what the model is sent, or why the agent must give up */
const call = async (
  turn: Turn,
  { text }: Command,
  id: string,
): Promise<{ readonly output: string } | { readonly error: string }> => {
  const read = readCall(text);
  const wrong = 'wrong' in read ? read.wrong : whatIsWrong(turn, read.name);
  if (wrong !== undefined || 'wrong' in read) {
    return { output: JSON.stringify(turn.reference ? WRONG_CALL : `ERROR: ${wrong}`) };
  }
  try {
    const { name, parameters } = read;
    // A name that is a list or an object is more than the reference can look up.
    if (typeof name !== 'string') throw new ToolCallError('the name of a tool must be a text');
    const record = await turn.view.execute(toolCall(id, name, parameters));
    turn.calls.push(record);
    return { output: record.output };
  } catch (thrown) {
    if (!(thrown instanceof ToolCallError)) throw thrown;
    return turn.reference
      ? { error: messageOf(thrown) }
      : { output: JSON.stringify(`ERROR: ${messageOf(thrown)}`) };
  }
};

const whatIsWrong = ({ toolNames }: Turn, name: Json): string | undefined => {
  if (typeof name === 'string' ? toolNames.has(name) : Array.isArray(name) || isJsonObject(name)) {
    return undefined;
  }
  return `there is no tool ${JSON.stringify(name)}; there are ${[...toolNames].join(', ')}`;
};
