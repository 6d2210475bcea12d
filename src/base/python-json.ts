/**
 * The text that Python's `json.dumps` gives for a value: `", "` and `": "` between entries, `NaN` and infinities bare. Tool
 * results are shown to models in this style, so that prompts equal the references' ones.
 */
import { floatText } from './python-float.ts';

export interface PythonJsonOptions {
  /**
   * What a `number` is. `plain` data cannot tell whole floats from integers, and prints `1` for `1.0`. Where integers are
   * `bigint`, a number is a `float`, and prints `1.0`.
   */
  readonly numbers?: 'plain' | 'float';
  /** Python's `ensure_ascii` (default true): anything outside printable ASCII is escaped. */
  readonly ascii?: boolean;
}

/** Plain data, with `Map` for an object whose keys keep their order and `bigint` for an integer. */
export const pythonJson = (value: unknown, options: PythonJsonOptions = {}): string => {
  const { numbers = 'plain', ascii = true } = options;
  switch (typeof value) {
    case 'string':
      return ascii ? asciiString(value) : JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) && numbers === 'float' ? floatText(value) : plainNumber(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(item => pythonJson(item, options)).join(', ')}]`;
      return printedObject(value instanceof Map ? value : Object.entries(value), options);
    default:
      return String(value);
  }
};

/** A number of a JSON text as Python prints it once it has read it: `1e3` as `1000.0`, an integer as it is. */
export const pythonNumber = (text: string): string =>
  /^-?\d+$/.test(text) ? String(BigInt(text)) : pythonJson(Number(text), { numbers: 'float' });

const printedObject = (entries: Iterable<[string, unknown]>, options: PythonJsonOptions): string => {
  let text = '';
  for (const [key, item] of entries)
    text += `${text === '' ? '' : ', '}${pythonJson(key, options)}: ${pythonJson(item, options)}`;
  return `{${text}}`;
};

const outsideAscii = /[\u007f-\uffff]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const asciiString = (text: string): string => JSON.stringify(text).replace(outsideAscii, escaped);

const plainNumber = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (!Number.isInteger(value) || Object.is(value, -0)) return floatText(value);
  return Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
};
