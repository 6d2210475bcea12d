import type { Message } from '../../../dialogue/message.ts';
import type { UserView } from '../../../users/user.ts';
import { greeting } from './prompts.ts';

/**
 * What a simulator remembers: the conversation from its model's side. There it is the assistant, and the agent, whose
 * texts are all it ever sees, is the user.
 */
export interface SimulatorMemory {
  readonly history: readonly Message[];
}

/** Before anything was said, the agent seems to have greeted. */
export const opening: SimulatorMemory = { history: [{ role: 'user', content: greeting }] };

/**
 * The history with what the agent has said since the simulator's last reply.
 * @param reference that is the agent's last words then, even if they are empty
 */
export const heard = (view: UserView<SimulatorMemory>, reference = false): readonly Message[] => {
  const last = view.messages.findLastIndex(message => message.role === 'user');
  if (reference && last >= 0)
    return [...view.memory.history, { role: 'user', content: view.messages.at(-1)?.content ?? '' }];
  const said = view.messages.slice(last + 1).flatMap(({ role, content }) => {
    return role === 'assistant' && content ? [content] : [];
  });
  if (said.length === 0) return view.memory.history;
  return [...view.memory.history, { role: 'user', content: said.join('\n') }];
};

/** The conversation as a supervisor reads it. */
export const transcriptOf = (history: readonly Message[]): string => written(history, 'Customer', 'Agent');

/** As the original's supervisor reads it: with the customer's prompt, and the speakers the wrong way round. */
export const referenceTranscriptOf = (prompt: string, history: readonly Message[]): string =>
  `System: ${prompt}\n${written(history, 'Agent', 'Customer')}`;

const written = (history: readonly Message[], own: string, other: string): string =>
  history.map(({ role, content }) => `${role === 'assistant' ? own : other}: ${content ?? ''}`).join('\n');
