/** What Python's `str.strip()` takes away at both ends: its idea of white space is not JavaScript's. */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const ends = new RegExp(`^${SPACE}|${SPACE}$`, 'g');

export const strip = (text: string): string => text.replaceAll(ends, '');
