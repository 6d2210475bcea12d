import type { Kind } from '../examples.ts';
import { chatMessages, toolsField } from './chat.ts';
import { defineFormat } from './format.ts';
import { renderedRows } from './rendered.ts';

/**
 * Axolotl: SFT as `chat_template` with `tools` and arguments as strings, which it parses (objects of mixed types break
 * its reader), and the loss switched per message by `train`. Its DPO and KTO readers know neither tools nor calls, so
 * those are written through the model's own template, as `user_defined` strings; without a template there are only
 * SFT rows.
 */
export const axolotl = defineFormat({
  name: 'axolotl',
  make: ({ template }) => ({
    description:
      'Axolotl: SFT as `chat_template` messages, DPO and KTO as rendered strings; see the YAML files',
    kinds: template ? ['sft', 'kto', 'dpo'] : ['sft'],
    reasoning: 'field',
    rows: example => {
      if (example.kind !== 'sft') return template ? renderedRows(example, template) : [];
      const messages = chatMessages(example.messages, 'string').map(message => ({
        ...message,
        train: message.role === 'assistant',
      }));
      return [{ messages, ...toolsField(example.tools) }];
    },
    companions: files =>
      [...files].map(([kind, file]) => ({ file: `axolotl-${kind}.yaml`, text: configuration(kind, file) })),
  }),
});

/** The part of an Axolotl configuration that says how to read a file. */
const configuration = (kind: Kind, file: string): string =>
  [
    ...(kind === 'kto'
      ? ['# Some versions cannot read this type for KTO (axolotl-ai-cloud/axolotl#2757).']
      : []),
    ...(kind === 'sft' ? [] : [`rl: ${kind}`]),
    'datasets:',
    `  - path: ${file}`,
    `    ds_type: ${file.endsWith('.parquet') ? 'parquet' : 'json'}`,
    '    split: train',
    ...readingOf[kind].map(line => `    ${line}`),
    '',
  ].join('\n');

const readingOf: Readonly<Record<Kind, readonly string[]>> = {
  sft: [
    'type: chat_template',
    'field_messages: messages',
    'field_tools: tools',
    'roles_to_train: []',
    'message_field_training: train',
  ],
  kto: ['type:', '  field_prompt: prompt', '  field_completion: completion', '  field_label: label'],
  dpo: ['type:', '  field_prompt: prompt', '  field_chosen: chosen', '  field_rejected: rejected'],
};
