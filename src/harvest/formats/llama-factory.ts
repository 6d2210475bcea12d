/**
 * LLaMA-Factory's `sharegpt` form: turns of `human | observation` and `gpt | function_call` in strict alternation, the
 * system prompt and the tools beside them as text. What cannot be said in it is left out rather than bent: words
 * beside a call, and conversations that do not alternate. Calls made side by side become one after the other, each
 * followed by its result, except where they are what is taught.
 */
import type { JsonObject } from '../../dialogue/json.ts';
import type { AssistantMessage, Message, ToolCall } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import type { Kind } from '../examples.ts';
import { writableArguments } from './chat.ts';
import { defineFormat } from './format.ts';

interface Turn {
  readonly [key: string]: string;
  readonly from: 'human' | 'observation' | 'gpt' | 'function_call';
  readonly value: string;
}

export const llamaFactory = defineFormat({
  name: 'llama-factory',
  make: () => ({
    description:
      'LLaMA-Factory: `sharegpt` conversations; KTO with `kto_tag`, DPO with `ranking`; see `dataset_info.json`',
    kinds: ['sft', 'kto', 'dpo'],
    reasoning: 'content',
    rows: example => {
      if (example.kind === 'sft') {
        const conversations = alternating(example.messages, 'agent');
        return conversations ? [{ conversations, ...beside(example.messages, example.tools) }] : [];
      }
      const before = alternating(example.prompt, 'user');
      if (!before) return [];
      const about = beside(example.prompt, example.tools);
      if (example.kind === 'kto') {
        const said = spoken(example.completion[0]);
        return said ? [{ conversations: [...before, said], kto_tag: example.label, ...about }] : [];
      }
      const [chosen, rejected] = [spoken(example.chosen[0]), spoken(example.rejected[0])];
      return chosen && rejected ? [{ conversations: before, chosen, rejected, ...about }] : [];
    },
    companions: files => [
      {
        file: 'dataset_info.json',
        text: `${JSON.stringify(
          Object.fromEntries([...files].map(([kind, file]) => [`juxta_${kind}`, registration(kind, file)])),
          null,
          2,
        )}\n`,
      },
    ],
  }),
});

const registration = (kind: Kind, file: string): JsonObject => ({
  file_name: file,
  formatting: 'sharegpt',
  ...(kind === 'dpo' && { ranking: true }),
  columns: {
    messages: 'conversations',
    system: 'system',
    tools: 'tools',
    ...(kind === 'kto' && { kto_tag: 'kto_tag' }),
    ...(kind === 'dpo' && { chosen: 'chosen', rejected: 'rejected' }),
  },
});

const beside = (messages: readonly Message[], tools: readonly Tool[]): JsonObject => ({
  system: messages[0]?.role === 'system' ? messages[0].content : '',
  tools:
    tools.length === 0
      ? ''
      : JSON.stringify(tools.map(({ name, description, parameters }) => ({ name, description, parameters }))),
});

/** The turns of a conversation, if they alternate, beginning with the user, and end on the given side. */
const alternating = (messages: readonly Message[], end: 'agent' | 'user'): readonly Turn[] | undefined => {
  const turns: (Turn | undefined)[] = [];
  const talk = messages[0]?.role === 'system' ? messages.slice(1) : messages;
  for (let i = 0; i < talk.length; i++) {
    const message = talk[i]!;
    if (message.role === 'user') turns.push({ from: 'human', value: message.content });
    else if (message.role === 'assistant' && (message.tool_calls?.length ?? 0) > 1) {
      const results = talk.slice(i + 1, i + 1 + message.tool_calls!.length);
      turns.push(...sequential(message, results));
      i += results.length;
    } else if (message.role === 'assistant') turns.push(spoken(message));
    else if (message.role === 'tool') turns.push({ from: 'observation', value: message.content });
    else return undefined;
  }
  const alternate = turns.every(
    (turn, i) => turn && (i % 2 === 0) === (turn.from === 'human' || turn.from === 'observation'),
  );
  const endsRight = turns.length > 0 && turns.length % 2 === (end === 'agent' ? 0 : 1);
  return alternate && endsRight ? (turns as Turn[]) : undefined;
};

/** Calls made side by side, as if one after the other. */
const sequential = (message: AssistantMessage, results: readonly Message[]): (Turn | undefined)[] =>
  message.tool_calls!.flatMap(call => {
    const result = results.find(each => each.role === 'tool' && each.tool_call_id === call.id);
    const asked = spoken({ ...message, tool_calls: [call] });
    return [asked, result ? { from: 'observation', value: result.content ?? '' } : undefined];
  });

const spoken = (message: Message): Turn | undefined => {
  if (message.role !== 'assistant') return undefined;
  const calls = message.tool_calls ?? [];
  if (calls.length === 0) return { from: 'gpt', value: message.content ?? '' };
  if ((message.content ?? '') !== '') return undefined;
  const [first, ...others] = calls.map(plainCall);
  return { from: 'function_call', value: JSON.stringify(others.length > 0 ? [first, ...others] : first) };
};

const plainCall = (call: ToolCall): JsonObject => ({
  name: call.function.name,
  arguments: writableArguments(call),
});
