import type { AssistantMessage } from '../../dialogue/message.ts';
import type { Completion } from '../../models/model.ts';

/**
 * What a reply holds besides its text and calls, for the message that the model alone sees: its reasoning, and what the
 * endpoint wants back untouched.
 */
export const thoughtsOf = ({
  reasoning,
  extra,
}: Pick<Completion, 'reasoning' | 'extra'>): Pick<AssistantMessage, 'reasoning' | 'extra'> => ({
  ...(reasoning !== undefined && { reasoning }),
  ...(extra !== undefined && { extra }),
});
