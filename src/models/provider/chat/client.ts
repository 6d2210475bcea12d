/** Chat completions of OpenAI-compatible endpoints: our own request and our own, liberal reader. */
import type { JsonObject } from '../../../dialogue/json.ts';
import type { Message } from '../../../dialogue/message.ts';
import type { RequestFault } from '../../fault.ts';
import { type SampleRequest, seedsOf } from '../../layers/samples.ts';
import type { Completion } from '../../model.ts';
import { refusalFault, retryAfterOf } from '../classify.ts';
import { directFetch } from '../direct-fetch.ts';
import { readRefusal } from '../refusal.ts';
import { createCapabilities, type ReasoningBack } from './capabilities.ts';
import { type ReasoningField, readAnswer } from './read.ts';

export interface ChatOptions {
  /** The model's name in reports. */
  readonly spec: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly logProbabilities: boolean;
  readonly sampleSeeds: boolean;
  /** Called once for each thing that the endpoint turns out not to take. */
  readonly tell: (text: string) => void;
}

export type ChatClient = (request: SampleRequest, signal: AbortSignal) => Promise<readonly Completion[]>;

/** Lessons that one request may teach: more would be a server that refuses whatever is sent. */
export const MOST_LESSONS = 8;

/** @example const ask = createChatClient({ spec: …, model: 'llama', baseUrl: 'http://localhost:8000/v1', … }) */
export const createChatClient = (options: ChatOptions): ChatClient => {
  const { spec, key } = options;
  const about = { model: spec, key };
  /** Thoughts go back by the name by which they came. */
  let reasoningField: ReasoningField = 'reasoning_content';
  const capabilities = createCapabilities(text => options.tell(text));
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  return async (request, signal) => {
    for (let lesson = 0; ; lesson++) {
      const back = { field: reasoningField, messages: capabilities.reasoning() };
      const sent = capabilities.adapt(bodyOf(request, options, back));
      const response = await directFetch(`${options.baseUrl}/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify(sent),
        signal,
      });
      const text = await response.text();
      if (response.ok) {
        const { completions, reasoningIn } = readAnswer(text, about);
        capabilities.accepted(sent);
        reasoningField = reasoningIn ?? reasoningField;
        return completions;
      }
      const refusal = readRefusal(text);
      const fault: RequestFault = refusalFault(response.status, refusal, {
        ...about,
        retryAfterMs: retryAfterOf(Object.fromEntries(response.headers)),
      });
      const teaches = fault.kind === 'refused' && [400, 422].includes(response.status);
      if (!teaches || lesson >= MOST_LESSONS || !capabilities.learn(refusal, sent)) throw fault;
    }
  };
};

/** Some servers read a seed as a signed 32-bit integer. */
export const SEED_BITS = 0x7fffffff;

interface Back {
  readonly field: ReasoningField;
  readonly messages: ReasoningBack;
}

const bodyOf = (request: SampleRequest, options: ChatOptions, back: Back): Record<string, unknown> => {
  const seeds = seedsOf(request).map(seed => seed & SEED_BITS);
  const several = seeds.length > 1;
  return {
    model: options.model,
    messages: messagesOf(request.messages, back),
    ...(request.tools.length > 0 && {
      tools: request.tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters },
      })),
    }),
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    seed: seeds[0],
    ...(several && { n: seeds.length }),
    ...(several && options.sampleSeeds && { seeds }),
    ...(options.logProbabilities && { logprobs: true }),
  };
};

/** Ids that come again in a later turn are made unique, in calls and results alike; `content` is never absent. */
const messagesOf = (messages: readonly Message[], back: Back): readonly Record<string, unknown>[] => {
  const used = new Map<string, number>();
  let renamed = new Map<string, string>();
  return messages.map((message): Record<string, unknown> => {
    if (message.role === 'tool')
      return { ...message, tool_call_id: renamed.get(message.tool_call_id) ?? message.tool_call_id };
    if (message.role !== 'assistant') return { role: message.role, content: message.content };
    const { role, content, tool_calls = [], reasoning, extra } = message;
    renamed = new Map();
    const calls = tool_calls.map(call => {
      const times = (used.get(call.id) ?? 0) + 1;
      used.set(call.id, times);
      const id = times === 1 ? call.id : `${call.id}_${times}`;
      renamed.set(call.id, id);
      return { id, type: 'function', function: objectCall(call.function), ...call.extra };
    });
    return {
      role,
      content: content ?? '',
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(back.messages === 'always'
        ? { [back.field]: reasoning ?? '' }
        : reasoning !== undefined && calls.length > 0 && { [back.field]: reasoning }),
      ...(extra satisfies JsonObject | undefined),
    };
  });
};

/** Chat templates read arguments as an object: what is none is shown as what it was. */
const objectCall = (called: { readonly name: string; readonly arguments: string }): object => {
  try {
    const value: unknown = JSON.parse(called.arguments);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return called;
  } catch {
    // Not JSON: shown as text below.
  }
  return { name: called.name, arguments: JSON.stringify({ malformed_arguments: called.arguments }) };
};
