/** You play the agent: the customer's words are shown, your lines are said, and tools are called by filling in a form. */
import type { Agent, AgentStep, AgentView } from '../../agents/agent.ts';
import { messageOf } from '../../base/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../dialogue/json.ts';
import { type Message, type ToolCall, toolCall } from '../../dialogue/message.ts';
import { type CallRecord, noUsage } from '../../dialogue/turn.ts';
import { type Tool, ToolCallError } from '../../environments/environment.ts';
import { processTerminal, type Terminal } from '../../users/human/terminal.ts';

const GIVE_UP = '/end';

export const humanAgent = (terminal: Terminal = processTerminal()): Agent<null> => ({
  name: 'human',
  memory: null,
  step: async (_model, view, signal) => {
    if (!view.internal.some(message => message.role === 'assistant')) terminal.show(introduction(view));
    for (const message of sinceOwnLine(view.internal)) terminal.show(`user:  ${message.content ?? ''}`);
    const internal: Message[] = [];
    const calls: CallRecord[] = [];
    const ended = (step: Pick<AgentStep<null>, 'status' | 'visible' | 'error'>): AgentStep<null> => ({
      ...step,
      internal,
      calls,
      usage: noUsage,
      memory: null,
    });
    for (;;) {
      const line = (await terminal.ask('agent: ', signal))?.trim();
      if (line === undefined || line === GIVE_UP)
        return ended({ status: 'gave-up', visible: [], error: 'the person who played the agent hung up' });
      if (line === '') continue;
      if (!line.startsWith('/')) {
        const speech = { role: 'assistant', content: line } as const;
        internal.push(speech);
        return ended({ status: 'spoke', visible: [speech] });
      }
      const call = await callFrom(line, view, terminal, calls.length, signal);
      if (call) await make(call, view, terminal, internal, calls);
    }
  },
});

const introduction = ({ systemPrompt, tools }: Pick<AgentView, 'systemPrompt' | 'tools'>): string =>
  `You are the agent. ${systemPrompt}
Tools:
${tools.map(({ name, description }) => `  /${name}  ${description}`).join('\n')}
Write what you say; call a tool by /NAME and fill in its form, or write its arguments after it as JSON; give up with ${GIVE_UP}.`;

const sinceOwnLine = (messages: readonly Message[]): readonly Message[] =>
  messages
    .slice(messages.findLastIndex(message => message.role === 'assistant') + 1)
    .filter(message => message.role === 'user');

/** @returns undefined if there is no such tool, or the arguments are not JSON; the person hears it */
const callFrom = async (
  line: string,
  { tools, internal }: Pick<AgentView, 'tools' | 'internal'>,
  terminal: Terminal,
  made: number,
  signal: AbortSignal | undefined,
): Promise<ToolCall | undefined> => {
  const [, name = '', given = ''] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  const tool = tools.find(one => one.name === name);
  if (!tool) {
    terminal.show(`There is no tool ${name}. There are: ${tools.map(one => `/${one.name}`).join(', ')}`);
    return undefined;
  }
  const id = `human-${internal.length}-${made}`;
  if (given === '') return toolCall(id, name, JSON.stringify(await form(tool, terminal, signal)));
  try {
    JSON.parse(given);
    return toolCall(id, name, given);
  } catch (thrown) {
    terminal.show(`The arguments are not JSON: ${messageOf(thrown)}`);
    return undefined;
  }
};

/** Asks for each field; what is left empty is left out. */
const form = async (
  { parameters }: Tool,
  terminal: Terminal,
  signal: AbortSignal | undefined,
): Promise<JsonObject> => {
  const fields = isJsonObject(parameters.properties) ? Object.entries(parameters.properties) : [];
  const required = Array.isArray(parameters.required) ? parameters.required : [];
  const filled: Record<string, Json> = {};
  for (const [name, schema] of fields) {
    const kind = isJsonObject(schema) ? kindOf(schema) : 'text';
    const optional = required.includes(name) ? '' : ', may be left out';
    const text = (await terminal.ask(`  ${name} (${kind}${optional}): `, signal))?.trim() ?? '';
    if (text !== '') filled[name] = isTextual(schema) ? text : readValue(text);
  }
  return filled;
};

const kindOf = ({ enum: choices, type, description }: JsonObject): string => {
  const kind = Array.isArray(choices) ? choices.map(String).join(' | ') : String(type ?? 'JSON');
  return typeof description === 'string' ? `${kind}; ${description}` : kind;
};

const isTextual = (schema: Json): boolean =>
  isJsonObject(schema) &&
  (schema.type === 'string' ||
    (Array.isArray(schema.enum) && schema.enum.every(one => typeof one === 'string')));

/** Numbers, truth values, lists and objects as JSON; anything else is a text. */
const readValue = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

const make = async (
  call: ToolCall,
  { execute }: Pick<AgentView, 'execute'>,
  terminal: Terminal,
  internal: Message[],
  calls: CallRecord[],
): Promise<void> => {
  let output: string;
  try {
    const record = await execute(call);
    calls.push(record);
    output = record.output;
  } catch (thrown) {
    if (!(thrown instanceof ToolCallError)) throw thrown;
    output = `ERROR: ${messageOf(thrown)}`;
  }
  terminal.show(`tool:  ${output}`);
  internal.push(
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: output },
  );
};
