import { JuxtaError } from '../../base/errors.ts';
import type { JsonObject } from '../../dialogue/json.ts';
import type { Message } from '../../dialogue/message.ts';
import type { Tool } from '../../environments/environment.ts';
import type { Example } from '../examples.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { Format } from './format.ts';

/**
 * Prompts and completions as strings, through the model's own chat template: for trainers that know no messages. SFT
 * becomes one row per assistant message, so that the loss falls on the agent's words alone.
 */
export const rendered = (template?: ChatTemplate): Format => {
  if (!template)
    throw new JuxtaError(
      'tokenizer-needed',
      'the format `rendered` writes through a chat template, and none is given',
      {
        hint: 'Name the folder that holds the model’s tokenizer_config.json.',
      },
    );
  return {
    name: 'rendered',
    says: 'strings through the model’s chat template: SFT `{prompt, completion}`, KTO with `label`, DPO `{prompt, chosen, rejected}`',
    kinds: ['sft', 'kto', 'dpo'],
    rows: example => renderedRows(example, template),
  };
};

export const renderedRows = (example: Example, template: ChatTemplate): readonly JsonObject[] => {
  if (example.kind === 'sft')
    return example.messages.flatMap((message, i) => {
      if (message.role !== 'assistant') return [];
      const split = renderedPrompt(template, example.messages.slice(0, i), [message], example.tools);
      return split ? [{ prompt: split.prompt, completion: split.completions[0]! }] : [];
    });
  if (example.kind === 'kto') {
    const split = renderedPrompt(template, example.prompt, example.completion, example.tools);
    return split ? [{ prompt: split.prompt, completion: split.completions[0]!, label: example.label }] : [];
  }
  const split = renderedPrompt(
    template,
    example.prompt,
    [example.chosen[0], example.rejected[0]],
    example.tools,
  );
  return split
    ? [{ prompt: split.prompt, chosen: split.completions[0]!, rejected: split.completions[1]! }]
    : [];
};

/** Undefined if the prompt does not come out as the beginning of prompt and completion. */
const renderedPrompt = (
  template: ChatTemplate,
  before: readonly Message[],
  answers: readonly Message[],
  tools: readonly Tool[],
): { readonly prompt: string; readonly completions: readonly string[] } | undefined => {
  const prompt = template.render(before, tools, { generationPrompt: true });
  const wholes = answers.map(answer => template.render([...before, answer], tools));
  if (!wholes.every(whole => whole.startsWith(prompt))) return undefined;
  return { prompt, completions: wholes.map(whole => whole.slice(prompt.length)) };
};
