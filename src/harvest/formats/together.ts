import { toolsField } from './chat.ts';
import { defineFormat } from './format.ts';
import { hostedMessages } from './hosted.ts';

/**
 * Together's fine-tuning: SFT `{messages, tools}`; DPO `{input: {messages, tools}, preferred_output,
 * non_preferred_output}`, each output one assistant message.
 */
export const together = defineFormat({
  name: 'together',
  make: () => ({
    description:
      'Together fine-tuning: SFT `{messages, tools}`, DPO `{input, preferred_output, non_preferred_output}`',
    kinds: ['sft', 'dpo'],
    rows: example => {
      const tools = toolsField(example.tools);
      if (example.kind === 'sft') return [{ messages: hostedMessages(example.messages), ...tools }];
      if (example.kind !== 'dpo') return [];
      return [
        {
          input: { messages: hostedMessages(example.prompt), ...tools },
          preferred_output: hostedMessages(example.chosen, example.prompt),
          non_preferred_output: hostedMessages(example.rejected, example.prompt),
        },
      ];
    },
  }),
});
