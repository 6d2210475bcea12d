/** Names as they are written in speech: `home from home` → `Home From Home`. */
export const titleCase = (text: string): string =>
  text.replace(/(^|[\s-])(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
