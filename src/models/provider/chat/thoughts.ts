/** Reasoning that a server left in the text. */
const CLOSED = /[<[](think|thinking|thought|reasoning|seed:think|THINK)[>\]]([\s\S]*?)[<[]\/\1[>\]]/g;
/** A template may have written the opening mark itself; a cut-off reply lacks the closing one. */
const OPENED_BEFORE = /^([\s\S]*?)<\/(?:think|thinking)>/;
/** Harmony's channels. */
const ANALYSIS =
  /(?:<\|start\|>assistant)?<\|channel\|>analysis<\|message\|>([\s\S]*?)(?:<\|end\|>|(?=<\|start\|>)|$)/g;
const FINAL =
  /(?:<\|start\|>assistant)?<\|channel\|>final<\|message\|>([\s\S]*?)(?:<\|return\|>|<\|end\|>|$)/g;
const NEVER_CLOSED = /^\s*<(?:think|thinking)>([\s\S]*)$/;

/** @returns what is said, and what was thought; a text without thoughts is given back as it is */
export const withoutThoughts = (text: string): { readonly text: string; readonly reasoning: string } => {
  if (!/[<[]\/?(think|thinking|thought|reasoning|seed:think|THINK)[>\]]|<\|channel\|>/.test(text))
    return { text, reasoning: '' };
  const thoughts: string[] = [];
  const take = (_: string, ...groups: readonly string[]): string => {
    thoughts.push(groups[0]!.trim());
    return '';
  };
  const left = text
    .replaceAll(ANALYSIS, take)
    .replaceAll(FINAL, '$1')
    .replaceAll(CLOSED, (whole, _mark: string, thought: string) => take(whole, thought))
    .replace(OPENED_BEFORE, take)
    .replace(NEVER_CLOSED, take);
  return { text: left.trim(), reasoning: thoughts.filter(Boolean).join('\n\n') };
};
