/** One line of a user that an LLM plays: asked for, checked, and asked for again if the simulator broke. */
import { hash } from '../base/random.ts';
import type { Message } from '../dialogue/message.ts';
import { addUsage, noUsage, type Usage } from '../dialogue/turn.ts';
import type { Model } from '../models/model.ts';
import { type UserFault, type UserLine, userFault } from './faults.ts';
import type { UserReply, UserView } from './user.ts';

export interface LlmUserOptions {
  readonly model: Model;
  /**
   * `reference`: the prompts' layout and the (missing) checks of the published results. `default`: the user's lines are
   * checked, and the prompt is laid out so that its beginning stays the same from turn to turn.
   */
  readonly protocol?: 'default' | 'reference';
  /** Default 0. */
  readonly temperature?: number;
  /** Default 256. */
  readonly maxTokens?: number;
  /** A line that holds it ends the conversation (default `END_CONVERSATION`). */
  readonly stopWord?: string;
  /** Samples of a line before it counts as a fault (default 3). */
  readonly tries?: number;
  /** Called with the kind of every faulty sample, for the report. */
  readonly onFault?: (fault: UserFault) => void;
}

export const STOP_WORD = 'END_CONVERSATION';

/** At temperature 0 a fresh sample would be the same one. */
const FRESH_TEMPERATURE = 0.7;

/**
 * Samples a user's line.
 * @param read finds the line in the model's text
 * @throws ModelError
 */
export const sampleLine = async <Memory>(
  options: LlmUserOptions,
  view: UserView<Memory>,
  messages: readonly Message[],
  read: (text: string) => string,
  signal?: AbortSignal,
): Promise<UserReply<Memory>> => {
  const { model, protocol = 'default', temperature = 0, maxTokens = 256, tries = 3 } = options;
  const stopWord = options.stopWord ?? STOP_WORD;
  let usage: Usage = noUsage;
  for (let attempt = 1; ; attempt++) {
    const first = attempt === 1;
    const [completion] = await model.generate(
      {
        messages,
        tools: [],
        temperature: first ? temperature : Math.max(temperature, FRESH_TEMPERATURE),
        maxTokens,
        seed: first ? view.seed : hash(view.seed, 'again', attempt),
      },
      signal,
    );
    usage = addUsage(usage, completion!.usage);
    if (completion!.text === null && protocol === 'reference')
      throw new Error("the user's model answered without a text, on which the reference raises");
    const text = read(completion!.text ?? '');
    const line: UserLine = { text, done: text.includes(stopWord) };
    const fault = protocol === 'reference' ? undefined : userFault(line, view);
    if (fault) options.onFault?.(fault);
    if (!fault) return { ...line, memory: view.memory, usage };
    if (attempt >= tries) return { ...line, memory: view.memory, usage, fault };
  }
};
