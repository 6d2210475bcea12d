/**
 * The function-calling agent: the model gets the tools through its API and answers with calls or with speech
 * (toolwoz.md, section 8; tau-bench.md, section 9).
 *
 * Two protocols. `reference` is that of the published results: only the first call of a reply is executed, and a
 * malformed one ends the line. `default` executes every call and answers a malformed one with what was wrong.
 */
import { messageOf } from '../base/errors.ts';
import { hash } from '../base/random.ts';
import { isJsonObject } from '../dialogue/json.ts';
import type { AssistantMessage, Message, ToolCall } from '../dialogue/message.ts';
import { addUsage, type CallRecord, noUsage, type Usage } from '../dialogue/turn.ts';
import { parseWritten, withoutPythonNumbers } from '../dialogue/written-json.ts';
import { ToolCallError } from '../environments/environment.ts';
import type { Completion } from '../models/model.ts';
import { type Agent, type AgentStep, OUT_OF_TRIES } from './agent.ts';
import { RESPOND } from './protocols/respond.ts';
import { thoughtsOf } from './protocols/thoughts.ts';

export type Protocol = 'default' | 'reference';

export interface FunctionCallingOptions {
  readonly protocol: Protocol;
  /** Most model requests in one step. A turn ends when the model speaks. */
  readonly requestsPerStep: number;
  /** True if a step that used up its requests ends the turn; false if the search may step again (τ-bench). */
  readonly endsTurn: boolean;
}

/** ToolWOZ: a step is a whole turn of up to three requests. */
export const wholeTurns: FunctionCallingOptions = { protocol: 'default', requestsPerStep: 3, endsTurn: true };
/** τ-bench, and branching at action level: a step is one request. */
export const singleRequests: FunctionCallingOptions = {
  protocol: 'default',
  requestsPerStep: 1,
  endsTurn: false,
};

/** @example functionCalling({ ...wholeTurns, protocol: 'reference' }) */
export const functionCalling = (options: FunctionCallingOptions = wholeTurns): Agent<null> => ({
  name: 'function-calling',
  memory: null,
  ...(options.protocol === 'reference' &&
    (options.endsTurn
      ? { outOfTries: [] }
      : { outOfTriesError: 'the reference cannot send its apology for having run out of tries' })),
  step: async (model, view, signal) => {
    const added: Message[] = [];
    const calls: CallRecord[] = [];
    let usage: Usage = noUsage;
    const ended = (more: Pick<AgentStep, 'status'> & Partial<AgentStep<null>>): AgentStep<null> => ({
      visible: [],
      internal: added,
      calls,
      usage,
      memory: null,
      ...more,
    });
    for (let request = 0; request < options.requestsPerStep; request++) {
      const [completion] = await model.generate(
        {
          messages: [{ role: 'system', content: view.systemPrompt }, ...view.internal, ...added],
          tools: view.tools,
          temperature: view.temperature,
          maxTokens: view.maxTokens,
          seed: hash(view.seed, request),
        },
        signal,
      );
      usage = addUsage(usage, completion!.usage);
      if (completion!.toolCalls.length === 0) {
        // Of an empty list of calls ToolWOZ's agent takes the first; τ-bench's looks whether there is one.
        if (options.protocol === 'reference' && options.endsTurn && completion!.finishReason === 'tool-calls')
          return ended({ status: 'gave-up', error: 'the list of calls is empty' });
        const speech: AssistantMessage = { role: 'assistant', content: completion!.text };
        added.push({ ...speech, ...thoughtsOf(completion!) });
        return ended({ status: 'spoke', visible: [speech] });
      }
      const response = options.protocol === 'reference' && !options.endsTurn && responseIn(completion!);
      if (response) return ended(response);
      const failure = await execute(completion!, options.protocol, view.execute, added, calls);
      if (failure !== undefined) return ended({ status: 'gave-up', error: failure });
    }
    if (!options.endsTurn) return ended({ status: 'acting' });
    const apology: AssistantMessage = { role: 'assistant', content: OUT_OF_TRIES };
    added.push(apology);
    return ended({ status: 'spoke', visible: [apology] });
  },
});

/** τ-bench's agent in the reference goes by the name of a call: one of a tool `respond` is speech. */
const responseIn = ({
  toolCalls,
}: Completion): (Partial<AgentStep<null>> & { status: 'spoke' }) | undefined => {
  const { name, arguments: args } = toolCalls[0]!.function;
  const written = name === RESPOND ? parseWritten(args)?.value : undefined;
  if (written === undefined || !isJsonObject(written)) return undefined;
  const internal: readonly Message[] = [{ role: 'assistant', tool_calls: toolCalls }];
  const { content } = written;
  return typeof content === 'string'
    ? { status: 'spoke', internal, visible: [{ role: 'assistant', content }] }
    : { status: 'spoke', internal, error: `${RESPOND} needs "content", a text` };
};

/** Executes a reply's calls, adding messages and records. @returns why the agent must give up, if it must */
const execute = async (
  completion: Completion,
  protocol: Protocol,
  run: (call: ToolCall) => Promise<CallRecord>,
  added: Message[],
  calls: CallRecord[],
): Promise<string | undefined> => {
  const wanted = protocol === 'reference' ? completion.toolCalls.slice(0, 1) : completion.toolCalls;
  const said = protocol === 'reference' || !completion.text ? {} : { content: completion.text };
  const results: Message[] = [];
  for (const call of wanted) {
    let output: string;
    try {
      const record = await run(protocol === 'reference' ? asPythonReads(call) : call);
      calls.push(record);
      output = record.output;
    } catch (thrown) {
      if (!(thrown instanceof ToolCallError)) throw thrown;
      if (protocol === 'reference') return messageOf(thrown);
      output = `ERROR: ${messageOf(thrown)}`;
    }
    results.push({ role: 'tool', tool_call_id: call.id, content: output });
  }
  added.push({ role: 'assistant', ...said, tool_calls: wanted, ...thoughtsOf(completion) }, ...results);
  return undefined;
};

/** The reference's parser takes numbers for which JSON has no word. */
const asPythonReads = (call: ToolCall): ToolCall => {
  const text = withoutPythonNumbers(call.function.arguments);
  return text === call.function.arguments
    ? call
    : { ...call, function: { ...call.function, arguments: text } };
};
