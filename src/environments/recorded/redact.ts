/** Stable stand-ins for personal data: the same address is the same stand-in in words and calls of all conversations. */
import type { Json } from '../../dialogue/json.ts';
import type { Event, Recorded } from './conversations.ts';

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Digits with blanks and dashes between them: a card if they are as many as cards have and their check digit is right. */
const DIGITS = /(?<![\p{L}\p{N}])\+?\d(?:[ ()./-]{0,2}\d){6,18}(?![\p{L}\p{N}])/gu;

export interface Redaction {
  readonly conversations: readonly Recorded[];
  /** How many different ones were replaced, by kind. */
  readonly replaced: Readonly<Record<'emails' | 'phones' | 'cards', number>>;
}

/** Replaces emails, phone and card numbers. */
export const redact = (conversations: readonly Recorded[]): Redaction => {
  const emails = standIns(n => `person${n}@example.com`);
  const phones = standIns(n => `+1 555 01${String(n).padStart(2, '0')}`);
  const cards = standIns(n => `4000 0000 0000 ${String(n).padStart(4, '0')}`);
  const inText = (text: string): string =>
    text
      .replace(EMAIL, found => emails.of(found.toLowerCase()))
      .replace(DIGITS, found => {
        const digits = found.replace(/\D/g, '');
        if (isDate(found)) return found;
        if (digits.length >= 13 && isCard(digits)) return cards.of(digits);
        return digits.length <= 15 && (found.startsWith('+') || /\D/.test(found) || digits.length >= 9)
          ? phones.of(digits)
          : found;
      });
  const inJson = (value: Json): Json => {
    if (typeof value === 'string') return inText(value);
    if (Array.isArray(value)) return value.map(inJson);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, inJson(child as Json)]));
  };
  const inEvent = (event: Event): Event =>
    event.kind === 'call'
      ? {
          ...event,
          arguments: inJson(event.arguments),
          result: event.result === undefined ? undefined : inText(event.result),
        }
      : { ...event, text: inText(event.text) };
  const redacted = conversations.map(one => ({ ...one, events: one.events.map(inEvent) }));
  return {
    conversations: redacted,
    replaced: { emails: emails.count(), phones: phones.count(), cards: cards.count() },
  };
};

const standIns = (make: (n: number) => string) => {
  const known = new Map<string, string>();
  return {
    of: (found: string): string => {
      const standIn = known.get(found) ?? make(known.size + 1);
      known.set(found, standIn);
      return standIn;
    },
    count: (): number => known.size,
  };
};

const isDate = (text: string): boolean =>
  /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$/.test(text);

/** The check digit of cards (Luhn). */
const isCard = (digits: string): boolean => {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
};
