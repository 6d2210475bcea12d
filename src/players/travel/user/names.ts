const NAMED = /\b(?:found|there is|have|about|booked|recommend|suggest|done)[, ]+([^.?!,]+)/gi;
const NOT_A_NAME =
  /^(?:a|an|one|some|it|that|this|the one|several|many|\d+|you|your|also|for|nothing|none|no)\b/i;

const plain = (text: string): string => text.toLowerCase().replace(/['’]/g, '').replace(/\s+/g, ' ').trim();

/** Whether a message names a place, but not the one with this name. */
export const speaksOfAnother = (text: string, name: string): boolean => {
  if (plain(text).includes(plain(name))) return false;
  return [...text.matchAll(NAMED)].some(match => !NOT_A_NAME.test(match[1]!.trim()));
};
