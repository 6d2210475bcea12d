import { JuxtaError } from '../base/errors.ts';
import type { Message } from '../dialogue/message.ts';
import type { Usage } from '../dialogue/turn.ts';
import type { Completion, Model } from '../models/model.ts';

export interface Verdict {
  /** For each criterion, in order, whether it holds. */
  readonly met: readonly boolean[];
  readonly usage: Usage;
}

const instruction = `You are given a conversation between a service agent and a customer, and numbered statements about what the agent should have done. Decide for each statement alone whether the agent did so.

Answer with a JSON list of true and false only, one for each statement, in their order, such as [true, false].`;

const asked = (visible: readonly Message[], criteria: readonly string[]): string => {
  const lines = visible.map(
    ({ role, content }) => `${role === 'assistant' ? 'Agent' : 'Customer'}: ${content ?? ''}`,
  );
  const statements = criteria.map((criterion, i) => `${i + 1}. ${criterion}`);
  return `Conversation:\n${lines.join('\n')}\n\nStatements:\n${statements.join('\n')}`;
};

/** Drawn at, when a judge is asked again: its likeliest answer would only repeat itself. */
const SECOND_TEMPERATURE = 0.5;

const readVerdict = (text: string, count: number): readonly boolean[] | undefined => {
  const list = /\[[^[\]]*\]/.exec(text)?.[0];
  const words = list
    ?.slice(1, -1)
    .split(',')
    .map(word => word.trim().toLowerCase());
  const isVerdict = words?.length === count && words.every(word => word === 'true' || word === 'false');
  return isVerdict ? words.map(word => word === 'true') : undefined;
};

/**
 * Has a model judge a finished conversation by what its environment alone cannot tell (`Environment.criteria`).
 * @param visible what user and agent said to each other
 * @throws JuxtaError `unreadable-verdict` if the judge does not answer as asked; whatever the model throws
 * @example const { met } = await judgeCriteria(model, messages, environment.criteria(task), { seed: 1 });
 */
export const judgeCriteria = async (
  model: Model,
  visible: readonly Message[],
  criteria: readonly string[],
  {
    seed,
    again = false,
    signal,
  }: {
    readonly seed: number;
    /** True if an earlier verdict could not be read. */
    readonly again?: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<Verdict> => {
  const messages: readonly Message[] = [
    { role: 'system', content: instruction },
    { role: 'user', content: asked(visible, criteria) },
  ];
  const verdictOf = ({ text }: Completion) => readVerdict(text ?? '', criteria.length);
  const [completion] = await model.generate(
    {
      messages,
      tools: [],
      temperature: again ? SECOND_TEMPERATURE : 0,
      maxTokens: 1024,
      seed,
      usable: completion => verdictOf(completion) !== undefined,
    },
    signal,
  );
  const met = verdictOf(completion!);
  if (met) return { met, usage: completion!.usage };
  throw new JuxtaError('unreadable-verdict', `the judge answered ${JSON.stringify(completion!.text)}`, {
    hint: 'Judge again with another seed, or take a model that follows instructions better.',
  });
};
