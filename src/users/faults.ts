/**
 * How a simulated user can break: a fault of the simulator, never of the agent. What is found here is sampled anew
 * (`sample.ts`), and if it stays, the line of conversation ends as `user-fault`.
 */
import type { UserView } from './user.ts';

export type UserFault = 'empty' | 'speaks-as-agent' | 'early-hang-up' | 'tells-everything';

export interface UserLine {
  readonly text: string;
  /** True if the user hangs up with it. */
  readonly done: boolean;
}

/** What is wrong with a user's line; undefined if nothing is. */
export const userFault = (
  { text, done }: UserLine,
  { task, messages }: Pick<UserView, 'task' | 'messages'>,
): UserFault | undefined => {
  const words = wordsOf(text);
  if (words.length === 0 && !done) return 'empty';
  if (agentPhrases.some(phrase => phrase.test(text))) return 'speaks-as-agent';
  const earlier = messages.filter(message => message.role === 'user').map(message => message.content);
  if (done && !raisedAnything([...earlier, text].join(' '), task.instructions)) return 'early-hang-up';
  return tellsEverything(words, task.instructions) ? 'tells-everything' : undefined;
};

/** What only the one who serves says. Each must be safe from customers: they, too, book and look for things. */
const agentPhrases: readonly RegExp[] = [
  /^\W*(agent|assistant|travel agent|system)\s*:/i,
  /\bhow (can|may) I (help|assist) you\b/i,
  /\b(anything|something) else I can (help|assist|do for) (you )?/i,
  /\bI(['’]ve| have) (successfully )?(booked|reserved) (it|that|this|the|a|you|your)\b.*\b(for you|reference)\b/i,
  /\b(here are|I found|I have found|I['’]ve found)\b.*\bfor you\b/i,
  /\byour (booking|reservation)\b.*\b(has been|was|is) (confirmed|made|booked)\b/i,
  /\b(let me|I(['’]ll| will)) (check|search|look) (that|it|this|our|the (system|database))\b.*\bfor you\b/i,
  /\b(APICALL|APIRETURN|<COMMAND_END>|<tool_call>|<\|im_start\|>)/,
  /\bas an AI( language)? model\b/i,
];

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replaceAll(/<[^>]*>|end_conversation|###[a-z-]+###/g, ' ')
    .match(/[\p{L}\p{N}]+(?:[:'’][\p{L}\p{N}]+)*/gu) ?? [];

/** Words that say nothing of what is wanted. */
const fillers: ReadonlySet<string> = new Set(
  (
    'a an the you your yours i me my we us our it its this that these those there is are be been was were will would ' +
    'should shall can could may might must do does did have has had to of in on at by for from with and or not no if ' +
    'so as also too same then than but about into want wants need needs like looking look make sure get find please ' +
    'thanks thank okay ok yes hello hi bye goodbye nothing everything all once when which what who how'
  ).split(' '),
);

const contentWords = (words: readonly string[]): readonly string[] =>
  words.filter(word => !fillers.has(word));

/** Some word of the instructions has been said by the user. */
const raisedAnything = (said: string, instructions: readonly string[]): boolean => {
  const wanted = new Set(contentWords(wordsOf(instructions.join(' '))));
  return wanted.size === 0 || contentWords(wordsOf(said)).some(word => wanted.has(word));
};

/** Below this, telling everything at once is what anybody would do. */
const FEWEST_SENTENCES = 3;
const FEWEST_WORDS = 12;
/** Share of a sentence's words that must be there for it to be told. */
const TOLD = 0.8;

const tellsEverything = (words: readonly string[], instructions: readonly string[]): boolean => {
  const sentences = instructions
    .flatMap(instruction => instruction.split(/(?<=[.!?])\s+/))
    .map(sentence => [...new Set(contentWords(wordsOf(sentence)))])
    .filter(sentence => sentence.length > 0);
  const all = new Set(sentences.flat());
  if (sentences.length < FEWEST_SENTENCES || all.size < FEWEST_WORDS) return false;
  const said = new Set(words);
  return sentences.every(
    sentence => sentence.filter(word => said.has(word)).length >= TOLD * sentence.length,
  );
};
