import { chatMessages, toolsField } from './chat.ts';
import { defineFormat } from './format.ts';

/** TRL's SFT trainer: `{messages, tools}`. Ask for `assistant_only_loss` to keep the loss on the agent's turns. */
export const trlSft = defineFormat({
  name: 'trl-sft',
  make: () => ({
    description:
      'TRL, supervised fine-tuning: `{messages, tools}`, conversational, call arguments as objects',
    kinds: ['sft'],
    reasoning: 'field',
    rows: example =>
      example.kind === 'sft'
        ? [{ messages: chatMessages(example.messages, 'object'), ...toolsField(example.tools) }]
        : [],
  }),
});
