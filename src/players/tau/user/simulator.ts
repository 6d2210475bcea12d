/**
 * Simulated customers that a language model plays (specification, section 8). They differ in how a reply comes about: told
 * directly (`llm`), after a thought (`react`), after a supervisor's approval (`verify`), or after its advice (`reflection`).
 *
 * Three defects of the original are copied under the reference protocol alone: a thought is sent to the agent, the supervisor is
 * told the wrong way round who said what, and what is remembered is not what was sent.
 */
import { JuxtaError } from '../../../base/errors.ts';
import { hash } from '../../../base/random.ts';
import type { Message } from '../../../dialogue/message.ts';
import { addUsage, noUsage, type Usage } from '../../../dialogue/turn.ts';
import type { Task } from '../../../environments/environment.ts';
import type { Model } from '../../../models/model.ts';
import type { User, UserReply } from '../../../users/user.ts';
import { heard, opening, type SimulatorMemory } from './history.ts';
import { customerPrompt } from './prompts.ts';

export interface SimulatorOptions {
  readonly model: Model;
  /** `reference`: as in the published results, where an empty reply is said, and one without any text raises. */
  readonly protocol?: 'default' | 'reference';
  /** What the customer hangs up with (default: `stops`). */
  readonly stops?: readonly string[];
  /** Default 1, which is what the original's provider assumes; under the reference protocol 0, as in the JOSH repository. */
  readonly temperature?: number;
  /** Most tokens of one reply (default 1024). */
  readonly maxTokens?: number;
}

/** Asks the model once and keeps count. */
export interface Conversation {
  readonly task: Task;
  /** The system prompt of the customer's model. */
  readonly prompt: string;
  readonly reference: boolean;
  /** With what the agent has just said, its last entry. */
  readonly history: readonly Message[];
  /** The text of one completion after the messages; every question of a turn has its own random stream. */
  ask(messages: readonly Message[]): Promise<string>;
  /** A completion as the customer. */
  speak(history: readonly Message[]): Promise<string>;
}

/** What a strategy makes of the conversation: what is sent, what is remembered; `fault` if the model broke its form. */
export interface Utterance {
  readonly text: string;
  readonly history: readonly Message[];
  readonly fault?: string;
}
export type Strategy = (conversation: Conversation) => Promise<Utterance>;

/** The customer hangs up with one of these. The first version knows the first only. */
export const stops: readonly string[] = ['###STOP###', '###TRANSFER###', '###OUT-OF-SCOPE###'];

/** Remembers a text as the customer's own. */
export const remember = (history: readonly Message[], text: string): readonly Message[] => [
  ...history,
  { role: 'assistant', content: text },
];

/** The customer that says what its model says. */
const direct: Strategy = async ({ history, speak }) => {
  const text = await speak(history);
  return { text, history: remember(history, text) };
};

/** A simulated customer with a strategy of its own. */
export const simulator = (
  name: string,
  options: SimulatorOptions,
  strategy: Strategy,
  prompt: (task: Task) => string = customerPrompt,
): User<SimulatorMemory> => {
  const { model, protocol, maxTokens = 1024 } = options;
  const reference = protocol === 'reference';
  const temperature = options.temperature ?? (reference ? 0 : 1);
  const marks = options.stops ?? stops;
  return {
    name,
    begin: task => {
      if (task.instructions.length > 0) return opening;
      throw new JuxtaError(
        'no-instructions',
        `task ${task.id} has no instructions for the ${name} user to follow`,
        {
          hint: 'Use the script user, or an environment whose tasks have instructions.',
        },
      );
    },
    reply: async (view, signal): Promise<UserReply<SimulatorMemory>> => {
      let usage: Usage = noUsage;
      let asked = 0;
      const ask = async (messages: readonly Message[]): Promise<string> => {
        const request = { messages, tools: [], temperature, maxTokens, seed: hash(view.seed, asked++) };
        const [completion] = await model.generate(request, signal);
        usage = addUsage(usage, completion!.usage);
        if (reference && completion!.text === null)
          throw new Error("the user's model answered without a text, on which the reference raises");
        return completion!.text ?? '';
      };
      const { text, history, fault } = await strategy({
        task: view.task,
        prompt: prompt(view.task),
        reference,
        history: heard(view, reference),
        ask,
        speak: past => ask([{ role: 'system', content: prompt(view.task) }, ...past]),
      });
      if (reference && fault !== undefined) throw new Error(`${fault}, on which the reference raises`);
      const isSilent = !reference && text.trim() === '';
      const problem = fault ?? (isSilent ? 'the simulated user said nothing' : undefined);
      return {
        text,
        done: marks.some(mark => text.includes(mark)),
        memory: { history },
        usage,
        ...(problem !== undefined && { fault: problem }),
      };
    },
  };
};

/** @example llmUser({ model }) */
export const llmUser = (options: SimulatorOptions): User<SimulatorMemory> =>
  simulator('llm', options, direct);
