import type { Kind } from '../examples.ts';
import { chatMessages, functionList } from './chat.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { Format } from './format.ts';
import { renderedRows } from './rendered.ts';

/**
 * Axolotl: SFT as `chat_template` with `tools` and arguments as strings, which it parses (objects of mixed types break
 * its reader), and the loss switched per message by `train`. Its DPO and KTO readers know neither tools nor calls, so those are
 * written through the model's own template, as `user_defined` strings; without a template there are only SFT rows.
 */
export const axolotl = (template?: ChatTemplate): Format => ({
  name: 'axolotl',
  says: 'Axolotl: SFT as `chat_template` messages, DPO and KTO as rendered strings; see `axolotl.yaml`',
  kinds: template ? ['sft', 'kto', 'dpo'] : ['sft'],
  rows: example => {
    if (example.kind !== 'sft') return template ? renderedRows(example, template) : [];
    const messages = chatMessages(example.messages, 'string').map(message => ({
      ...message,
      train: message.role === 'assistant',
    }));
    return [{ messages, tools: functionList(example.tools) }];
  },
  companions: files => [{ file: 'axolotl.yaml', text: [...files].map(section).join('\n') }],
});

const section = ([kind, file]: readonly [Kind, string]): string => {
  const source = `datasets:\n  - path: ${file}\n    ds_type: ${file.endsWith('.parquet') ? 'parquet' : 'json'}\n    split: train`;
  if (kind === 'sft')
    return `# Supervised fine-tuning\n${source}\n    type: chat_template\n    field_messages: messages\n    field_tools: tools\n    roles_to_train: []\n    message_field_training: train\n`;
  const fields =
    kind === 'kto'
      ? [
          'field_completion: completion',
          'field_label: label',
          'prompt_format: "{prompt}"',
          'completion_format: "{completion}"',
        ]
      : [
          'field_chosen: chosen',
          'field_rejected: rejected',
          'prompt_format: "{prompt}"',
          'chosen_format: "{chosen}"',
          'rejected_format: "{rejected}"',
        ];
  return `# ${kind.toUpperCase()}: move this into a file of its own\n# rl: ${kind}\n# ${source.replaceAll('\n', '\n# ')}\n#     type:\n#       field_prompt: prompt\n${fields.map(field => `#       ${field}\n`).join('')}`;
};
