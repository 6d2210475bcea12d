import { strip } from '../../../agents/protocols/strip.ts';
import type { User } from '../../../users/user.ts';
import type { SimulatorMemory } from './history.ts';
import { reasoningPrompt } from './prompts.ts';
import { remember, type SimulatorOptions, type Strategy, simulator } from './simulator.ts';

/** The part of a reply that is meant for the agent; undefined if it has none. */
const spokenPart = (reply: string): string | undefined => {
  const stop = /###(STOP|TRANSFER|OUT-OF-SCOPE)###/.exec(reply);
  if (stop) return stop[0];
  const parts = reply.split('User Response:');
  return parts.length === 2 ? parts[1]!.trim() : undefined;
};

/** As the original reads it: what follows `Thought:` is sent, the thought and all. */
const referencePart = (reply: string): string | undefined => {
  if (reply.includes('###STOP###')) return '###STOP###';
  const heading = reply.includes('Thought:') ? 'Thought:' : 'User Response:';
  const parts = reply.split(heading);
  return parts.length === 2 ? strip(parts[1]!) : undefined;
};

/** Only the reply is sent; the thought stays in the customer's own history. */
const thinkFirst: Strategy = async ({ history, reference, speak }) => {
  const reply = await speak(history);
  const text = reference ? referencePart(reply) : spokenPart(reply);
  const remembered = remember(history, reply);
  return text === undefined
    ? { text: '', history: remembered, fault: 'the simulated user left out "User Response:"' }
    : { text, history: remembered };
};

/** A customer that thinks before it speaks. */
export const reactUser = (options: SimulatorOptions): User<SimulatorMemory> =>
  simulator('react', options, thinkFirst, reasoningPrompt);
