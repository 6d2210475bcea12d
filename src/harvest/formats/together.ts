import { chatMessages, functionList } from './chat.ts';
import type { Format } from './format.ts';

/**
 * Together's fine-tuning: SFT `{messages, tools}`; DPO `{input: {messages, tools}, preferred_output,
 * non_preferred_output}`, each output one assistant message; arguments as strings. Extra fields are refused.
 */
export const together: Format = {
  name: 'together',
  says: 'Together fine-tuning: SFT `{messages, tools}`, DPO `{input, preferred_output, non_preferred_output}`',
  kinds: ['sft', 'dpo'],
  rows: example => {
    if (example.kind === 'sft')
      return [{ messages: chatMessages(example.messages, 'string'), tools: functionList(example.tools) }];
    if (example.kind !== 'dpo') return [];
    return [
      {
        input: { messages: chatMessages(example.prompt, 'string'), tools: functionList(example.tools) },
        preferred_output: chatMessages(example.chosen, 'string'),
        non_preferred_output: chatMessages(example.rejected, 'string'),
      },
    ];
  },
};
