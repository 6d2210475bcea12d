import type { Message } from '../../dialogue/message.ts';
import { type LlmUserOptions, STOP_WORD, sampleLine } from '../sample.ts';
import type { User, UserView } from '../user.ts';
import { castingPrompt, closingPrompt, customerPrompt, GREETING, openingPrompt } from './prompts.ts';

/**
 * A customer, played by an LLM, that knows its wishes in sentences and works through them (toolwoz.md, section 8).
 *
 * Under `protocol: 'reference'` the request is laid out as in the published results (system, exchanged roles, system)
 * and nothing is checked. By default one system message comes first and roles alternate strictly from there: every chat
 * template takes that, and each request begins with the whole of the one before, which caches reward.
 *
 * @example goalUser({ model, onFault: fault => count(fault) })
 */
export const goalUser = (options: LlmUserOptions): User<null> => {
  const layOut = options.protocol === 'reference' ? referenceMessages : alternatingMessages;
  return {
    name: 'goal',
    begin: () => null,
    reply: async (view, signal) => {
      const messages = layOut(view, options.stopWord ?? STOP_WORD);
      const reply = await sampleLine(options, view, messages, text => text, signal);
      if (options.protocol === 'reference') countAsReference([...view.messages.map(textOf), reply.text]);
      return reply;
    },
  };
};

const textOf = ({ content }: Message): string | null => content ?? null;

/**
 * The reference counts the tokens of what was said, to no use, and its tokenizer raises on an answer of the agent
 * without text, and on text that spells one of its control tokens (toolwoz.md, D15).
 */
const countAsReference = (texts: readonly (string | null)[]): void => {
  const odd = texts.find(text => text === null || CONTROL_TOKEN.test(text));
  if (odd !== undefined) throw new Error(`the reference cannot count the tokens of ${JSON.stringify(odd)}`);
};

const CONTROL_TOKEN = /<\|(endoftext|endofprompt|fim_prefix|fim_middle|fim_suffix)\|>/;

/** The model writes the customer's part, so the customer is its assistant. */
const exchanged = (messages: readonly Message[]): readonly Message[] =>
  messages.map(message =>
    message.role === 'user'
      ? { role: 'assistant', content: message.content }
      : { role: 'user', content: message.content ?? '' },
  );

const referenceMessages = ({ task, messages }: UserView<null>, stopWord: string): readonly Message[] =>
  messages.length === 0
    ? [{ role: 'system', content: openingPrompt(task, stopWord) }]
    : [
        { role: 'system', content: castingPrompt(task, stopWord) },
        ...exchanged(messages),
        { role: 'system', content: closingPrompt(stopWord) },
      ];

const alternatingMessages = ({ task, messages }: UserView<null>, stopWord: string): readonly Message[] => [
  { role: 'system', content: customerPrompt(task, stopWord) },
  { role: 'user', content: GREETING },
  ...exchanged(messages),
];
