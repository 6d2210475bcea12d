/** The chat shape as hosted fine-tuning services take it. */
import type { JsonObject } from '../../dialogue/json.ts';
import type { Message } from '../../dialogue/message.ts';
import { chatMessages } from './chat.ts';

/**
 * Arguments as text, no content beside calls unless the agent said something, and no tool's name on its result, which
 * the services' schemas do not know.
 */
export const hostedMessages = (
  messages: readonly Message[],
  before: readonly Message[] = [],
): readonly JsonObject[] =>
  chatMessages(messages, 'string', before).map(({ name: _, reasoning_content: __, content, ...message }) =>
    'tool_calls' in message && content === '' ? message : { ...message, content: content ?? '' },
  );
