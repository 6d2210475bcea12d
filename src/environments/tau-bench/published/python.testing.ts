/** Python source as τ-bench's repository has it, written from values; for tests. */
import { floatText } from '../../../base/python-float.ts';
import { type Dict, isList, type Value } from '../values/value.ts';

const text = (value: string): string =>
  `"${value.replace(/["\\\n\r\0]/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;

/** A value as a Python literal: short ones on one line, others over several, each item with a comma. */
export const literal = (value: Value, newLine = '\n'): string => {
  if (value === null) return 'None';
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return typeof value === 'number' ? floatText(value) : String(value);
  const inner = `${newLine}    `;
  const parts = isList(value)
    ? value.map(item => literal(item, inner))
    : [...value].map(([key, item]) => `${text(key)}: ${literal(item, inner)}`);
  const [open, close] = isList(value) ? '[]' : '{}';
  const line = `${open}${parts.join(', ')}${close}`;
  if (line.length < 60 && !line.includes('\n')) return line;
  return `${open}${parts.map(part => `${inner}${part},`).join('')}${newLine}${close}`;
};

const call = (name: string, keywords: Dict, newLine: string, write = literal): string =>
  `${name}(${[...keywords].map(([key, value]) => `${newLine}    ${key}=${write(value, `${newLine}    `)},`).join('')}${newLine})`;

/** A file of tasks: a list of `Task(...)`, their actions `Action(...)`. */
export const tasksFile = (name: string, tasks: readonly Dict[]): string => {
  const actions = (value: Value, newLine: string): string =>
    `[${(value as readonly Dict[]).map(action => `${newLine}    ${call('Action', action, `${newLine}    `)},`).join('')}${newLine}]`;
  const parts = tasks.map(task => {
    const write = (value: Value, newLine = '\n'): string =>
      value === task.get('actions') ? actions(value, newLine) : literal(value, newLine);
    return `    ${call('Task', task, '\n    ', write)},\n`;
  });
  return `from tau_bench.types import Task, Action\n\n${name} = [\n${parts.join('')}]\n`;
};

/** A tool's file: a class whose `get_info` returns its schema. */
export const toolFile = (schema: Value): string =>
  `# Copyright

from typing import Any, Dict
from tau_bench.envs.tool import Tool


class Something(Tool):
    @staticmethod
    def invoke(data: Dict[str, Any], reason: str) -> str:
        if reason not in ["late", "lost"]:
            return {"error": f"no {reason}"}
        return ""

    @staticmethod
    def get_info() -> Dict[str, Any]:
        return ${literal(schema, '\n        ')}
`;
