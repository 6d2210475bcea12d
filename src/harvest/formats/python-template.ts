/**
 * Jinja templates as Python's Jinja renders them, by which trainers render: a text and something else cannot be added,
 * and lists print with single quotes. The library's own interpreter adds and prints as JavaScript does.
 */
import { Environment, Interpreter, Template } from '@huggingface/jinja';

export { Template };

interface Value {
  readonly type: string;
  readonly value: unknown;
}
interface Node {
  readonly type: string;
}
interface Binary extends Node {
  readonly operator: { readonly value: string };
  readonly left: Node;
  readonly right: Node;
}
/** An operand that has been evaluated already. */
interface Evaluated extends Node {
  readonly type: 'Evaluated';
  readonly value: Value;
}
/** What of the interpreter is changed here; it has no setting for either. */
interface Machine {
  evaluate(node: Node, environment: unknown): Value;
  evaluateBinaryExpression(node: Binary, environment: unknown): Value;
}

const machine = Interpreter.prototype as unknown as Machine;
const { evaluate, evaluateBinaryExpression } = machine;

const isEvaluated = (node: Node): node is Evaluated => node.type === 'Evaluated';

machine.evaluate = function (this: Machine, node, environment) {
  return isEvaluated(node) ? node.value : evaluate.call(this, node, environment);
};

machine.evaluateBinaryExpression = function (this: Machine, node, environment) {
  if (node.operator.value !== '+') return evaluateBinaryExpression.call(this, node, environment);
  const left = this.evaluate(node.left, environment);
  const right = this.evaluate(node.right, environment);
  const other = [left, right].find(({ type }) => type !== 'StringValue');
  if (other && [left, right].some(({ type }) => type === 'StringValue') && other.type !== 'UndefinedValue')
    throw new Error(`can only concatenate str (not "${pythonTypes[other.type] ?? other.type}") to str`);
  const known = (value: Value): Evaluated => ({ type: 'Evaluated', value });
  return evaluateBinaryExpression.call(
    this,
    { ...node, left: known(left), right: known(right) },
    environment,
  );
};

const pythonTypes: Readonly<Record<string, string>> = {
  ObjectValue: 'dict',
  ArrayValue: 'list',
  TupleValue: 'tuple',
  IntegerValue: 'int',
  FloatValue: 'float',
  BooleanValue: 'bool',
  NullValue: 'NoneType',
};

/** Python's `repr`. */
const printed = (value: Value): string => {
  switch (value.type) {
    case 'StringValue':
      return printedText(String(value.value));
    case 'BooleanValue':
      return value.value ? 'True' : 'False';
    case 'NullValue':
      return 'None';
    case 'ArrayValue':
      return `[${(value.value as readonly Value[]).map(printed).join(', ')}]`;
    case 'TupleValue': {
      const items = (value.value as readonly Value[]).map(printed);
      return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
    }
    case 'ObjectValue':
      return `{${[...(value.value as ReadonlyMap<string, Value>)]
        .map(([key, item]) => `${printedText(key)}: ${printed(item)}`)
        .join(', ')}}`;
    default:
      return String(value);
  }
};

/** In single quotes, unless the text holds some and no double ones. */
const printedText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll(/[\\\n\r\t]/g, character => escapes[character]!);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
};
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const example = new Environment();
example.set('list', []);
const lists = Object.getPrototypeOf(example.lookupVariable('list')) as { toString(): string };
lists.toString = function (this: Value) {
  return printed(this);
};
