import type { JsonObject } from '../../dialogue/json.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import { toolsField } from './chat.ts';
import { defineFormat, type FormatDefinition } from './format.ts';
import { hostedMessages } from './hosted.ts';

/**
 * The hosted fine-tuning of OpenAI, which Azure speaks too. SFT `{messages, tools, parallel_tool_calls}` with a
 * `weight` on what the agent said, DPO `{input: {messages, tools, parallel_tool_calls}, preferred_output,
 * non_preferred_output}`. The service wants at least ten examples.
 */
const hostedFormat = (name: string, description: string): FormatDefinition<undefined> =>
  defineFormat({
    name,
    make: () => ({
      description,
      kinds: ['sft', 'dpo'],
      rows: example => {
        if (example.kind === 'sft') {
          const messages = hostedMessages(example.messages).map(message =>
            message.role === 'assistant' ? { ...message, weight: 1 } : message,
          );
          return [{ messages, ...toolFields(example.tools, example.messages) }];
        }
        if (example.kind !== 'dpo') return [];
        const { prompt, chosen, rejected, tools } = example;
        return [
          {
            input: {
              messages: hostedMessages(prompt),
              ...toolFields(tools, [...prompt, ...chosen, ...rejected]),
            },
            preferred_output: hostedMessages(chosen, prompt),
            non_preferred_output: hostedMessages(rejected, prompt),
          },
        ];
      },
    }),
  });

export const openai = hostedFormat(
  'openai',
  'OpenAI fine-tuning: SFT with `tools`, `parallel_tool_calls` and `weight`; DPO with `input` and two outputs',
);

export const azure = hostedFormat('azure', 'Azure OpenAI fine-tuning: the same shapes as OpenAI’s');

/** Without tools the services refuse to be told of parallel calls. */
const toolFields = (tools: readonly Tool[], messages: readonly Message[]): JsonObject =>
  tools.length === 0
    ? {}
    : {
        ...toolsField(tools),
        parallel_tool_calls: messages.some(
          message => message.role === 'assistant' && (message.tool_calls ?? []).length > 1,
        ),
      };
