import type { JsonObject } from '../../dialogue/json.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { chatMessage, functionList } from './chat.ts';
import type { Format } from './format.ts';

/**
 * The hosted fine-tuning of OpenAI, which Azure and others speak too. SFT `{messages, tools, parallel_tool_calls}`, DPO
 * `{input: {messages, tools, parallel_tool_calls}, preferred_output, non_preferred_output}`; arguments as strings, and
 * no content beside calls without any. The service wants at least ten examples.
 */
const hostedFormat = (name: string, says: string): Format => ({
  name,
  says,
  kinds: ['sft', 'dpo'],
  rows: example => {
    if (example.kind === 'sft') {
      const messages = example.messages.map(message =>
        message.role === 'assistant' ? { ...hostedMessage(message), weight: 1 } : hostedMessage(message),
      );
      return [{ messages, ...toolFields(example.tools, example.messages) }];
    }
    if (example.kind !== 'dpo') return [];
    const { prompt, chosen, rejected, tools } = example;
    return [
      {
        input: {
          messages: prompt.map(hostedMessage),
          ...toolFields(tools, [...prompt, ...chosen, ...rejected]),
        },
        preferred_output: chosen.map(hostedMessage),
        non_preferred_output: rejected.map(hostedMessage),
      },
    ];
  },
});

export const openai = hostedFormat(
  'openai',
  'OpenAI fine-tuning: SFT with `tools`, `parallel_tool_calls` and `weight`; DPO with `input` and two outputs',
);

export const azure = hostedFormat('azure', 'Azure OpenAI fine-tuning: the same shapes as OpenAI’s');

const hostedMessage = (message: Message): JsonObject => {
  const { content, ...rest } = chatMessage(message, 'string');
  return content === '' && 'tool_calls' in rest ? rest : { ...rest, content: content ?? '' };
};

const toolFields = (tools: readonly Tool[], messages: readonly Message[]): JsonObject => ({
  tools: functionList(tools),
  parallel_tool_calls: messages.some(
    message => message.role === 'assistant' && (message.tool_calls ?? []).length > 1,
  ),
});
