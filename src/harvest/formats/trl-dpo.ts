import { chatMessages, toolsField } from './chat.ts';
import { defineFormat } from './format.ts';

/** TRL's DPO trainer: `{prompt, chosen, rejected, tools}`, chosen and rejected one assistant message each. */
export const trlDpo = defineFormat({
  name: 'trl-dpo',
  make: () => ({
    description: 'TRL, DPO: `{prompt, chosen, rejected, tools}`, conversational, call arguments as objects',
    kinds: ['dpo'],
    reasoning: 'field',
    rows: example =>
      example.kind === 'dpo'
        ? [
            {
              prompt: chatMessages(example.prompt, 'object'),
              chosen: chatMessages(example.chosen, 'object', example.prompt),
              rejected: chatMessages(example.rejected, 'object', example.prompt),
              ...toolsField(example.tools),
            },
          ]
        : [],
  }),
});
