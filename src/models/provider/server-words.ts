/** What a server said, as one plain line that is safe to print and to store. */
import { redact } from './keys.ts';

const MOST_TEXT = 300;

/** Escape sequences of terminals: colours and cursor movements, titles and links. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Control and format characters, among them those that turn the direction of writing. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** What looks like a key or token, whosever it is. */
const SECRETS = /\b(?:sk|pk|rk|gsk|xai|hf|AIza|key)[-_][\w-]{12,}|\bBearer\s+[\w.~+/-]{8,}=*/g;

/** One line of at most 300 characters, without control characters, escape sequences or keys. */
export const plainWords = (text: string, key?: string): string => {
  const clean = redact(text.slice(0, 20_000), key)
    .replaceAll(ESCAPES, '')
    .replaceAll(CONTROLS, ' ')
    .replaceAll(SECRETS, '[key]')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const characters = [...clean];
  return characters.length > MOST_TEXT ? `${characters.slice(0, MOST_TEXT).join('')}…` : clean;
};
