/** Customers whose replies a supervisor, the same model, judges first. */
import type { User } from '../../../users/user.ts';
import { referenceTranscriptOf, type SimulatorMemory, transcriptOf } from './history.ts';
import { judgePrompt, reflectionPrompt } from './prompts.ts';
import { type Conversation, remember, type SimulatorOptions, type Strategy, simulator } from './simulator.ts';

const attempts = 3;

/** What the supervisor reads: the instruction, then what was said. */
const transcript = ({ task, history, prompt, reference }: Conversation): string =>
  reference
    ? referenceTranscriptOf(prompt, history)
    : `Instruction: ${task.instructions.join('\n')}\n${transcriptOf(history)}`;

const isAccepted = async (conversation: Conversation, candidate: string): Promise<boolean> => {
  const content = judgePrompt(transcript(conversation), candidate);
  const verdict = await conversation.ask([{ role: 'user', content }]);
  return verdict.toLowerCase().includes('true');
};

/**
 * Up to three attempts; the last one is sent whatever the supervisor says. The original has that one judged as well, and forgets it
 * if it is rejected.
 */
const untilAccepted: Strategy = async conversation => {
  const { history, speak, reference } = conversation;
  for (let attempt = 1; ; attempt++) {
    const text = await speak(history);
    const isLast = attempt === attempts;
    const accepted = isLast && !reference ? true : await isAccepted(conversation, text);
    if (accepted) return { text, history: remember(history, text) };
    if (isLast) return { text, history };
  }
};

export const verifyUser = (options: SimulatorOptions): User<SimulatorMemory> =>
  simulator('verify', options, untilAccepted);

/**
 * A rejected reply is reflected on, and tried once more with the supervisor's proposal in mind. The original remembers both,
 * whichever was sent.
 */
const withAdvice: Strategy = async conversation => {
  const { history, speak, ask, reference } = conversation;
  const first = await speak(history);
  const sent = (text: string) => ({ text, history: remember(history, text) });
  if (await isAccepted(conversation, first)) return sent(first);
  const advice = await ask([{ role: 'user', content: reflectionPrompt(transcript(conversation), first) }]);
  const parts = advice.split('Response:');
  if (parts.length !== 2) {
    return { ...sent(first), fault: 'the supervisor of the simulated user left out "Response:"' };
  }
  const second = await speak([...history, { role: 'user', content: parts[1]!.trim() }]);
  const text = (await isAccepted(conversation, second)) ? second : first;
  return reference ? { text, history: remember(remember(history, first), second) } : sent(text);
};

export const reflectionUser = (options: SimulatorOptions): User<SimulatorMemory> =>
  simulator('reflection', options, withAdvice);
