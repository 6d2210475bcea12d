import type { Message } from '../../dialogue/message.ts';
import { type LlmUserOptions, STOP_WORD, sampleLine } from '../sample.ts';
import { sourceDialogue } from '../source.ts';
import type { User, UserView } from '../user.ts';
import { guidePrompt } from './prompt.ts';

/**
 * A customer led by a coach: an LLM that sees the wishes, the recorded conversation that the task was made from, and the
 * conversation so far, and suggests what to say next, so that runs stay alike (toolwoz.md, section 8).
 *
 * Under `protocol: 'reference'` the speakers of the conversation so far are named the wrong way round, as in the
 * published results (D11).
 */
export const guideUser = (options: LlmUserOptions): User<null> => ({
  name: 'guide',
  begin: task => {
    sourceDialogue(task);
    return null;
  },
  reply: async (view, signal) => {
    const reference = options.protocol === 'reference';
    if (reference && view.messages.some(({ content }) => content === null))
      throw new Error('the reference cannot write a null reply of the agent into the transcript');
    const prompt = guidePrompt({
      wishes: view.task.instructions,
      source: sourceDialogue(view.task),
      transcript: transcriptOf(view, reference),
      stopWord: options.stopWord ?? STOP_WORD,
    });
    const read = (text: string): string =>
      reference ? quoted(text) : text.includes(QUOTE) ? quoted(text).trim() : '';
    return sampleLine(options, view, [{ role: 'user', content: prompt }], read, signal);
  },
});

const QUOTE = 'Suggested quote:';

/** What follows the last cue, without line breaks and double quotes. */
const quoted = (text: string): string => {
  const at = text.lastIndexOf(QUOTE);
  return text.slice(at === -1 ? 0 : at + QUOTE.length).replaceAll(/["\n]/g, '');
};

const transcriptOf = ({ messages }: UserView<null>, exchanged: boolean): string => {
  const [customer, agent] = exchanged ? ['agent', 'user'] : ['customer', 'agent'];
  const line = (message: Message): string =>
    `${message.role === 'user' ? customer : agent}: ${message.content ?? ''}`;
  return messages.length === 0 ? 'NOT YET STARTED' : messages.map(line).join('\n');
};
