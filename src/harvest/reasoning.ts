/** What becomes of a model's reasoning in training data: dropped, or kept where the target's chat template looks for it. */
import { JuxtaError } from '../base/errors.ts';
import type { AssistantMessage, Message } from '../dialogue/message.ts';
import type { Example } from './examples.ts';
import type { ChatTemplate } from './formats/chat-template.ts';
import type { Format, ReasoningPlace } from './formats/format.ts';

export type Reasoning = 'keep' | 'drop';

/**
 * @param template the target's, if it is known
 * @throws JuxtaError `reasoning-not-carried` if the format or the template has no place for it
 */
export const reasoningPlace = (format: Format, template: ChatTemplate | undefined): ReasoningPlace => {
  if (!format.reasoning)
    throw new JuxtaError('reasoning-not-carried', `${format.name} has no place for a model's reasoning`, {
      hint: 'Leave it out with --reasoning drop, or choose a trl format.',
    });
  if (format.reasoning === 'content' || template === undefined) return format.reasoning;
  const field = reasoningField(template);
  if (field === undefined) return 'content';
  if (field === 'reasoning_content') return 'field';
  throw new JuxtaError(
    'reasoning-not-carried',
    `the chat template reads reasoning from a message's field ${field}, which the formats do not write`,
    { hint: 'Leave it out with --reasoning drop.' },
  );
};

const fields = ['reasoning_content', 'reasoning', 'thinking'] as const;

/** The field whose text a template writes; undefined if it knows none of them. */
const reasoningField = (template: ChatTemplate): (typeof fields)[number] | undefined =>
  fields.find(field => {
    const messages = [
      { role: 'user', content: 'probe' },
      { role: 'assistant', content: 'probe', [field]: 'probed reasoning' },
    ];
    try {
      return template.renderRaw(messages).includes('probed reasoning');
    } catch {
      return false;
    }
  });

/** The example with its reasoning where it is asked for, or without any. */
export const placeReasoning = (example: Example, place: ReasoningPlace | undefined): Example => {
  if (place === 'field') return example;
  const placed = <Messages extends readonly Message[]>(messages: Messages): Messages =>
    messages.map(message =>
      message.role === 'assistant' && message.reasoning !== undefined
        ? withReasoning(message, place)
        : message,
    ) as unknown as Messages;
  if (example.kind === 'sft') return { ...example, messages: placed(example.messages) };
  const prompt = placed(example.prompt);
  return example.kind === 'kto'
    ? { ...example, prompt, completion: placed(example.completion) }
    : { ...example, prompt, chosen: placed(example.chosen), rejected: placed(example.rejected) };
};

const withReasoning = (
  { reasoning, ...message }: AssistantMessage,
  place: ReasoningPlace | undefined,
): AssistantMessage =>
  place === undefined
    ? message
    : { ...message, content: `<think>\n${reasoning}\n</think>\n\n${message.content ?? ''}` };

/** Without its reasoning, so that it is compared with what has none. */
export const withoutReasoning = (message: Message): Message =>
  message.role === 'assistant' ? withReasoning(message, undefined) : message;

/** Whether some of the messages come with reasoning, and others without: they then differ in more than what they say. */
export const isUneven = (messages: readonly Message[]): boolean => {
  const reasoned = messages.filter(
    message => message.role === 'assistant' && message.reasoning !== undefined,
  );
  return reasoned.length > 0 && reasoned.length < messages.length;
};
