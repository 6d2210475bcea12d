/** A completion as a response of OpenAI's Responses API: one object, or the events of a stream. */
import { randomUUID } from 'node:crypto';
import type { Completion } from '../models/model.ts';
import { logprobEntryOf } from './chat-answer.ts';
import { type ServerSentEvent, wordsOf } from './event-stream.ts';
import type { Asked } from './response-request.ts';

interface OutputText {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly never[];
  readonly logprobs: readonly object[];
}
interface OutputMessage {
  readonly type: 'message';
  readonly id: string;
  readonly role: 'assistant';
  readonly status: 'in_progress' | 'completed' | 'incomplete';
  readonly content: readonly OutputText[];
}
interface FunctionCall {
  readonly type: 'function_call';
  readonly id: string;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  readonly status: 'in_progress' | 'completed' | 'incomplete';
}
export type OutputItem = OutputMessage | FunctionCall;

export interface Answer {
  readonly id: string;
  readonly object: 'response';
  readonly status: 'in_progress' | 'completed' | 'incomplete';
  readonly output: readonly OutputItem[];
}

/** Why a completion is not whole, in the protocol's words; null if it is. */
const incompleteReasons: Readonly<Record<Completion['finishReason'], string | null>> = {
  stop: null,
  'tool-calls': null,
  other: null,
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
};

const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;

/** @param logProbabilities whether the text's is given, where the model offers it */
export const responseOf = (
  model: string,
  completion: Completion,
  asked: Asked,
  logProbabilities: boolean,
): Answer => {
  const reason = incompleteReasons[completion.finishReason];
  const status = reason === null ? 'completed' : 'incomplete';
  const now = Math.floor(Date.now() / 1000);
  const details = {
    created_at: now,
    completed_at: now,
    error: null,
    incomplete_details: reason === null ? null : { reason },
    model,
    usage: usageOf(completion),
  };
  const output = outputOf(completion, status, logProbabilities);
  return { id: newId('resp'), object: 'response', status, output, ...details, ...repeated(asked) };
};

const repeated = (asked: Asked): object => ({
  instructions: asked.instructions,
  max_output_tokens: asked.maxOutputTokens,
  metadata: asked.metadata,
  parallel_tool_calls: true,
  previous_response_id: asked.previousResponseId,
  store: asked.store,
  temperature: asked.temperature,
  text: { format: { type: 'text' } },
  tool_choice: asked.toolChoice,
  tools: asked.tools,
  top_p: 1,
  truncation: 'disabled',
});

const usageOf = ({ usage: { inputTokens, outputTokens, cachedTokens = 0 } }: Completion): object => ({
  input_tokens: inputTokens,
  input_tokens_details: { cached_tokens: cachedTokens },
  output_tokens: outputTokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: inputTokens + outputTokens,
});

/** What was said, then the calls. A completion without either is a message that says nothing. */
const outputOf = (
  completion: Completion,
  status: 'completed' | 'incomplete',
  logProbabilities: boolean,
): readonly OutputItem[] => {
  const { text, toolCalls } = completion;
  const calls = toolCalls.map(
    ({ id, function: { name, arguments: args } }): FunctionCall => ({
      type: 'function_call',
      id: newId('fc'),
      call_id: id,
      name,
      arguments: args,
      status: 'completed',
    }),
  );
  if (!text && calls.length > 0) return calls;
  const entry = logProbabilities ? logprobEntryOf(completion) : undefined;
  const part: OutputText = {
    type: 'output_text',
    text: text ?? '',
    annotations: [],
    logprobs: entry ? [entry] : [],
  };
  return [{ type: 'message', id: newId('msg'), role: 'assistant', status, content: [part] }, ...calls];
};

/** The events of a response that is there as a whole, in the order in which a client builds it up again. */
export const eventsOf = (answer: Answer): readonly ServerSentEvent[] => {
  const begun = { ...answer, status: 'in_progress', output: [], usage: null, completed_at: null };
  return [
    { type: 'response.created', response: { ...begun, incomplete_details: null } },
    { type: 'response.in_progress', response: { ...begun, incomplete_details: null } },
    ...answer.output.flatMap((item, index) => [...itemEvents(item, index)]),
    { type: `response.${answer.status}`, response: answer },
  ].map((event, sequence) => ({
    event: event.type,
    data: JSON.stringify({ ...event, sequence_number: sequence }),
  }));
};

interface ResponseEvent {
  readonly type: string;
}

function* itemEvents(item: OutputItem, index: number): Generator<ResponseEvent> {
  const at = { output_index: index };
  const inItem = { ...at, item_id: item.id };
  if (item.type === 'function_call') {
    const { name, arguments: args } = item;
    yield event('output_item.added', { ...at, item: { ...item, status: 'in_progress', arguments: '' } });
    if (args) yield event('function_call_arguments.delta', { ...inItem, delta: args });
    yield event('function_call_arguments.done', { ...inItem, name, arguments: args });
  } else {
    yield event('output_item.added', { ...at, item: { ...item, status: 'in_progress', content: [] } });
    for (const [i, part] of item.content.entries()) yield* partEvents(part, { ...inItem, content_index: i });
  }
  yield event('output_item.done', { ...at, item });
}

function* partEvents(part: OutputText, at: object): Generator<ResponseEvent> {
  const { text, logprobs } = part;
  yield event('content_part.added', { ...at, part: { ...part, text: '', logprobs: [] } });
  for (const [i, delta] of wordsOf(text).entries())
    yield event('output_text.delta', { ...at, delta, logprobs: i === 0 ? logprobs : [] });
  yield event('output_text.done', { ...at, text, logprobs });
  yield event('content_part.done', { ...at, part });
}

const event = (type: string, fields: object): ResponseEvent => ({ type: `response.${type}`, ...fields });
