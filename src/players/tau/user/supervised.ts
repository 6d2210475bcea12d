/** Customers whose replies a supervisor, the same model, judges first. */
import type { User } from '../../../users/user.ts';
import { type SimulatorMemory, transcriptOf } from './history.ts';
import { judgePrompt, reflectionPrompt } from './prompts.ts';
import { type Conversation, remember, type SimulatorOptions, type Strategy, simulator } from './simulator.ts';

const attempts = 3;

/** What the supervisor reads: the instruction, then what was said. */
const transcript = ({ task, history }: Conversation): string =>
  `Instruction: ${task.instructions.join('\n')}\n${transcriptOf(history)}`;

const isAccepted = async (conversation: Conversation, candidate: string): Promise<boolean> => {
  const content = judgePrompt(transcript(conversation), candidate);
  const verdict = await conversation.ask([{ role: 'user', content }]);
  return verdict.toLowerCase().includes('true');
};

/** Up to three attempts; the last one is sent whatever the supervisor says. */
const untilAccepted: Strategy = async conversation => {
  const { history, speak } = conversation;
  let text = await speak(history);
  for (let attempt = 1; attempt < attempts && !(await isAccepted(conversation, text)); attempt++) {
    text = await speak(history);
  }
  return { text, history: remember(history, text) };
};

export const verifyUser = (options: SimulatorOptions): User<SimulatorMemory> =>
  simulator('verify', options, untilAccepted);

/** A rejected reply is reflected on, and tried once more with the supervisor's proposal in mind. */
const withAdvice: Strategy = async conversation => {
  const { history, speak, ask } = conversation;
  const first = await speak(history);
  const sent = (text: string) => ({ text, history: remember(history, text) });
  if (await isAccepted(conversation, first)) return sent(first);
  const advice = await ask([{ role: 'user', content: reflectionPrompt(transcript(conversation), first) }]);
  const parts = advice.split('Response:');
  if (parts.length !== 2) {
    return { ...sent(first), fault: 'the supervisor of the simulated user left out "Response:"' };
  }
  const second = await speak([...history, { role: 'user', content: parts[1]!.trim() }]);
  return sent((await isAccepted(conversation, second)) ? second : first);
};

export const reflectionUser = (options: SimulatorOptions): User<SimulatorMemory> =>
  simulator('reflection', options, withAdvice);
