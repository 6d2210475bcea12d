import type { Context } from 'hono';

export interface ServerSentEvent {
  readonly event?: string;
  /** One line. */
  readonly data: string;
}

/** Answers with events that are all there already: they go out in one piece, and clients read them one by one. */
export const eventStream = (context: Context, events: readonly ServerSentEvent[]): Response =>
  context.body(
    events.map(({ event, data }) => `${event ? `event: ${event}\n` : ''}data: ${data}\n\n`).join(''),
    200,
    { 'content-type': 'text/event-stream' },
  );

/** A text in pieces of about a word, as clients would see it of any endpoint; together they are the text. */
export const wordsOf = (text: string): readonly string[] =>
  text.match(/\s*\S+\s*/g) ?? (text === '' ? [] : [text]);
