/** The commands of a ReAct reply (toolwoz.md, section 8). */
import { strip } from '../protocols/strip.ts';

export interface Command {
  readonly keyword: 'PLAN' | 'APICALL' | 'SPEAK';
  readonly text: string;
}

export const COMMAND_END = '<COMMAND_END>';

/** As the published results read a reply: keywords count wherever they stand, line breaks and backslashes are lost. */
export const referenceCommands = (reply: string): readonly Command[] =>
  split(strip(reply.replaceAll(COMMAND_END, '')).replaceAll(/[\n\\]/g, ''), /PLAN|APICALL|SPEAK/g);

/**
 * A keyword counts where a command may begin: at the start, after `<COMMAND_END>`, on a new line, and `APICALL` wherever a `{` follows. What a model
 * invents as the result of its own call (`APIRETURN …`) is cut off, with everything after it.
 */
export const commandsOf = (reply: string): readonly Command[] =>
  split(
    (reply.split(/(?:^|\n|<COMMAND_END>)\s*APIRETURN\b/)[0] ?? '').replaceAll(
      COMMAND_END,
      `${COMMAND_END}\n`,
    ),
    /(?<=^\s*)(?:PLAN|APICALL|SPEAK)\b:?|\bAPICALL(?=\s*\{)/gm,
  );

const split = (text: string, keywords: RegExp): readonly Command[] => {
  const found = [...text.matchAll(keywords)];
  return found.map((match, i) => ({
    keyword: match[0].replace(':', '') as Command['keyword'],
    text: strip(text.slice(match.index + match[0].length, found[i + 1]?.index).replaceAll(COMMAND_END, '')),
  }));
};
