/**
 * JSON whose numbers keep the form in which they were written: `4.0`, `-0.0`, `1e3`, integers of any size. JavaScript's own
 * numbers lose it, so a number that would be written differently stands as raw JSON, which `JSON.stringify` writes as it was.
 */

/** A number as it was written. */
export interface RawNumber {
  readonly rawJSON: string;
}

/** What `JSON` can do since Node 21, and TypeScript does not know yet. */
const json = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
};

export const isRawNumber = json.isRawJSON;

/** @throws SyntaxError */
export const parseKeepingNumbers = (text: string): unknown =>
  mayLoseForm.test(text)
    ? json.parse(text, (_, value, { source }) =>
        typeof value === 'number' && source !== undefined && String(value) !== source
          ? json.rawJSON(source)
          : value,
      )
    : JSON.parse(text);

/** Matches any text that holds a number which JavaScript would write differently, and a few others. */
const mayLoseForm = /-0|\.\d*0(?!\d)|\d[eE]|[\d.]{17}|0\.000000/;

/** The value with every number as JavaScript has it. */
export const plainNumbers = (value: unknown): unknown =>
  replaceRawNumbers(value, ({ rawJSON }) => Number(rawJSON));

/** A copy in which something else stands for each number that kept its form. */
export const replaceRawNumbers = (value: unknown, by: (number: RawNumber) => unknown): unknown =>
  mapLeaves(value, leaf => (isRawNumber(leaf) ? by(leaf) : leaf));

/** A copy in which something else stands for each string, keys included. */
export const replaceStrings = (value: unknown, by: (text: string) => string): unknown =>
  mapLeaves(value, leaf => (typeof leaf === 'string' ? by(leaf) : leaf), by);

const mapLeaves = (
  value: unknown,
  by: (leaf: unknown) => unknown,
  byKey: (key: string) => string = key => key,
): unknown => {
  if (Array.isArray(value)) return value.map(item => mapLeaves(item, by, byKey));
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return by(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [byKey(key), mapLeaves(item, by, byKey)]),
  );
};
