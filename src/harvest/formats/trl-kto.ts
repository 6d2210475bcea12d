import { chatMessages, toolsField } from './chat.ts';
import { defineFormat } from './format.ts';

/**
 * TRL's KTO trainer: `{prompt, completion, label, tools}`, the completion one assistant message, as everything in it
 * takes loss. The trainer reads rows in the order of the file, so the file is shuffled.
 */
export const trlKto = defineFormat({
  name: 'trl-kto',
  make: () => ({
    description:
      'TRL, KTO: `{prompt, completion, label, tools}`, conversational, call arguments as objects, shuffled',
    kinds: ['kto'],
    reasoning: 'field',
    rows: example =>
      example.kind === 'kto'
        ? [
            {
              prompt: chatMessages(example.prompt, 'object'),
              completion: chatMessages(example.completion, 'object', example.prompt),
              label: example.label,
              ...toolsField(example.tools),
            },
          ]
        : [],
  }),
});
