/**
 * The text that Python's `json.dumps` gives for a value: `", "` and `": "` between entries, ASCII only, `NaN` and
 * infinities bare. Tool results are shown to models in this style, so that prompts equal the references' ones.
 * Whole floats cannot be told from integers here: `1.0` prints as `1`.
 */
export const pythonJson = (value: unknown): string => {
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => `${pythonString(key)}: ${pythonJson(entry)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
};

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const pythonString = (text: string): string => JSON.stringify(text).replace(/[\u007f-\uffff]/g, escaped);

/** Both languages print the shortest digits that read back equal; they differ in when exponents are used. */
const pythonNumber = (value: number): string => {
  if (Object.is(value, -0)) return '-0.0';
  if (!Number.isFinite(value) || Number.isInteger(value)) return wholeNumber(value);
  if (Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
};

const wholeNumber = (value: number): string =>
  Number.isFinite(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
