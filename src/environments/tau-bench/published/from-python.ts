/** τ-bench's tasks and tools, which its repository has as Python only, as the JSON that the environment reads. */

import { type Found, readText } from '../../../datasets/layout.ts';
import { printValue } from '../values/print.ts';
import { isList, type Value } from '../values/value.ts';
import { type PythonSource, readAssigned, readReturned } from './python-literals.ts';

/** The tasks of a file, which gives them to `name`. @throws BadInputError with file and line */
export const tasksToJson = (file: Found, name: string): string =>
  indentedJson(readAssigned(sourceOf(file), name, ['Task', 'Action']));

/** The schemas of tools, each in its own file. @throws BadInputError with file and line */
export const toolsToJson = (files: readonly Found[]): string =>
  indentedJson(files.map(file => readReturned(sourceOf(file), 'get_info')));

const sourceOf = (file: Found): PythonSource => ({ text: readText(file), where: file.where });

/** JSON text as Python prints it with an indent of one, and a line's end. */
const indentedJson = (value: Value): string => `${indented(value, '\n')}\n`;

const indented = (value: Value, newLine: string): string => {
  if (value === null || typeof value !== 'object') return printValue(value);
  const inner = `${newLine} `;
  const parts = isList(value)
    ? value.map(item => indented(item, inner))
    : [...value].map(([key, item]) => `${printValue(key)}: ${indented(item, inner)}`);
  const [open, close] = isList(value) ? '[]' : '{}';
  return parts.length === 0
    ? `${open}${close}`
    : `${open}${inner}${parts.join(`,${inner}`)}${newLine}${close}`;
};
