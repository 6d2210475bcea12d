import { hash } from '../../base/random.ts';
import type { Message } from '../../dialogue/message.ts';
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';
import { type Model, ModelError } from '../../models/model.ts';
import type { Question } from './files.ts';

/** A model's answers to one question. */
export interface Answers {
  readonly question: number;
  readonly category: string;
  /** Fewer than two if the model failed. */
  readonly turns: readonly string[];
  /** Why it failed. */
  readonly error?: string;
  readonly usage: Usage;
}

const ANSWER_TOKENS = 1024;
/** The original's sampling temperatures by category. */
const temperatures: Readonly<Record<string, number>> = {
  writing: 0.7,
  roleplay: 0.7,
  extraction: 0,
  math: 0,
  coding: 0,
  reasoning: 0,
  stem: 0.1,
  humanities: 0.1,
};
const OTHER_TEMPERATURE = 0.7;

/** Asks both turns. @throws ModelError if it was not the model's own doing */
export const answer = async (
  model: Model,
  question: Question,
  seed: number,
  signal?: AbortSignal,
): Promise<Answers> => {
  const { id, category } = question;
  const turns: string[] = [];
  const messages: Message[] = [];
  let usage = noUsage;
  try {
    for (const [turn, content] of question.turns.entries()) {
      messages.push({ role: 'user', content });
      const [completion] = await model.generate(
        {
          messages: [...messages],
          tools: [],
          temperature: temperatures[category] ?? OTHER_TEMPERATURE,
          maxTokens: ANSWER_TOKENS,
          seed: hash(seed, 'answer', id, turn),
        },
        signal,
      );
      usage = addUsage(usage, completion!.usage);
      turns.push(completion!.text ?? '');
      messages.push({ role: 'assistant', content: turns.at(-1)! });
    }
    return { question: id, category, turns, usage };
  } catch (thrown) {
    if (!(thrown instanceof ModelError) || thrown.fault !== 'agent') throw thrown;
    return { question: id, category, turns, error: thrown.message, usage };
  }
};
