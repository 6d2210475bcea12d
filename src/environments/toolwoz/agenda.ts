import type { Agenda, AgendaTopic } from '../travel/agenda.ts';
import { referenceRules } from '../travel/rules.ts';
import type { DomainGoals } from '../travel/task.ts';
import { nonEmpty, type Values } from '../travel/values.ts';
import type { Dialogue, DomainWish } from './dialogue.ts';
import { parametersFrom } from './parameters.ts';

/** MultiWOZ marks what matters in its instructions with HTML spans. */
export const plainSentences = (message: readonly string[]): readonly string[] =>
  message.map(sentence => sentence.replace(/<[^>]*>/g, ''));

/** What the sentences that open a domain say one is looking for. */
const OPENINGS: ReadonlyMap<string, RegExp> = new Map([
  ['hotel', /looking for [^.]*?(hotel|place to stay)/],
  ['attraction', /looking for [^.]*?(attraction|places? to go)/],
  ['train', /looking for [^.]*?train/],
  ['restaurant', /looking for [^.]*?(restaurant|place to dine)/],
]);

/** A goal as data: its domains in the order in which the instructions raise them, those they never raise last. */
export const agendaOf = (dialogue: Dialogue, domains: readonly DomainGoals[]): Agenda => {
  const sentences = plainSentences(dialogue.message);
  const raisedAt = ({ domain }: DomainGoals): number => {
    const at = sentences.findIndex(sentence => OPENINGS.get(domain)?.test(sentence));
    return at === -1 ? sentences.length : at;
  };
  const inOrder = domains.toSorted((a, b) => raisedAt(a) - raisedAt(b));
  return { topics: inOrder.map(goals => topicOf(goals, dialogue.wishes.get(goals.domain)!)) };
};

const topicOf = ({ domain, search, failure }: DomainGoals, wish: DomainWish): AgendaTopic => {
  const firstInform = failure?.search && texts(failure.search);
  const firstBook = failure?.book && texts(failure.book);
  const book = texts(parametersFrom(`book_${domain}`, wish.book));
  return {
    domain,
    inform: texts(search ?? {}),
    ...(firstInform && { firstInform }),
    ...(Object.keys(book).length > 0 && { book }),
    ...(firstBook && { firstBook }),
    requests: wish.reqt,
  };
};

const texts = (values: Values): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(nonEmpty(values, referenceRules)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
