import { JuxtaError } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import type { Example } from '../examples.ts';
import type { ChatTemplate } from './chat-template.ts';
import { defineFormat } from './format.ts';

/**
 * Prompts and completions as strings, through the model's own chat template: for trainers that know no messages. SFT
 * becomes one row per assistant message, so that the loss falls on the agent's words alone.
 */
export const rendered = defineFormat({
  name: 'rendered',
  make: ({ template }) => {
    if (!template)
      throw new JuxtaError(
        'tokenizer-needed',
        'the format `rendered` writes through a chat template, and none is given',
        { hint: 'Name the folder that holds the model’s tokenizer_config.json.' },
      );
    return {
      description:
        'strings through the model’s chat template: `{prompt, completion}`, with `label` for KTO; DPO `{prompt, chosen, rejected}`',
      kinds: ['sft', 'kto', 'dpo'],
      reasoning: 'field',
      rows: example => renderedRows(example, template),
    };
  },
});

export const renderedRows = (example: Example, template: ChatTemplate): readonly JsonObject[] => {
  const { tools } = example;
  if (example.kind === 'sft')
    return example.messages.flatMap((message, i) => {
      if (message.role !== 'assistant') return [];
      const { prompt, completions } = split(template, example.messages.slice(0, i), [message], tools);
      return [{ prompt, completion: completions[0]! }];
    });
  if (example.kind === 'kto') {
    const { prompt, completions } = split(template, example.prompt, example.completion, tools);
    return [{ prompt, completion: completions[0]!, label: example.label }];
  }
  const answers = [example.chosen[0], example.rejected[0]];
  const { prompt, completions } = split(template, example.prompt, answers, tools);
  return [{ prompt, chosen: completions[0]!, rejected: completions[1]! }];
};

/**
 * Prompt and completions add up to what the template makes of the whole. Where it writes a prompt differently alone
 * (some open a thought that a later turn does not show), the prompt ends with what they have in common, as in TRL.
 */
const split = (
  template: ChatTemplate,
  before: readonly Message[],
  answers: readonly Message[],
  tools: readonly Tool[],
): { readonly prompt: string; readonly completions: readonly string[] } => {
  const wholes = answers.map(answer => template.render([...before, answer], tools));
  const alone = template.render(before, tools, { generationPrompt: true });
  const prompt = wholes.reduce(commonPrefix, alone);
  return { prompt, completions: wholes.map(whole => whole.slice(prompt.length)) };
};

const commonPrefix = (a: string, b: string): string => {
  if (b.startsWith(a)) return a;
  let end = 0;
  while (end < a.length && a[end] === b[end]) end++;
  return a.slice(0, end);
};
