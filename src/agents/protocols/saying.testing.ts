/** A model that gives set replies, and a view of a tiny world, for the tests of text protocols. */
import type { Message, ToolCall } from '../../dialogue/message.ts';
import { parseArguments, type Tool, ToolCallError } from '../../environments/environment.ts';
import type { GenerateRequest, Model } from '../../models/model.ts';
import type { AgentView } from '../agent.ts';

export const saying = (
  ...replies: readonly (string | null)[]
): Model & { readonly requests: GenerateRequest[] } => {
  const requests: GenerateRequest[] = [];
  return {
    id: 'set',
    requests,
    generate: async request => {
      const text = replies[requests.push(request) - 1];
      if (text === undefined) throw new Error('more requests than replies');
      return [{ text, toolCalls: [], usage: { inputTokens: 2, outputTokens: 1 }, finishReason: 'stop' }];
    },
  };
};

const tools: readonly Tool[] = ['find', 'book'].map(name => ({
  name,
  description: `Can ${name}.`,
  parameters: { type: 'object', properties: { name: { type: 'string' } } },
  mutating: name === 'book',
}));

/** `book` always throws; every other call is answered with what was asked. Executed calls are pushed to `made`. */
export const viewOf = (made: ToolCall[] = [], internal: readonly Message[] = []): AgentView<null> => ({
  systemPrompt: 'You are a clerk.',
  internal: [...internal, { role: 'user', content: 'hello' }],
  tools,
  temperature: 1,
  maxTokens: 64,
  seed: 5,
  memory: null,
  execute: async call => {
    if (call.function.name === 'book') throw new ToolCallError('book is broken');
    made.push(call);
    const args = parseArguments(call);
    return {
      name: call.function.name,
      arguments: args,
      output: `did ${call.function.arguments}`,
      returned: null,
    };
  },
});

export const contents = (messages: readonly Message[]): readonly string[] =>
  messages.map(({ role, content }) => `${role}: ${content}`);
