/** The body of a chat completion as a value, however the server wrapped it. */

/** JSON, whatever stands around it: a byte-order mark, keep-alive comments, an event stream, several objects in a row. */
export const decodeAnswer = (body: string): unknown => {
  const text = body.replace(/^\uFEFF/, '').trim();
  const plain = parse(text);
  if (plain !== undefined) return plain;
  const lines = text.split(/\r?\n/).filter(line => line.trim() && !line.startsWith(':'));
  const data = lines.filter(line => line.startsWith('data:')).map(line => line.slice(5).trim());
  const values =
    data.length > 0
      ? data.filter(line => line !== '[DONE]').map(parse)
      : valuesIn(lines.join('\n').replace(/^(event|id|retry):.*$/gm, ''));
  const whole = values.filter(isRecord);
  if (whole.length === 0) return undefined;
  return whole.length === 1 && !deltasOf(whole[0]!).length ? whole[0] : joined(whole);
};

type Record_ = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** The JSON objects that stand one after another in a text. Empty if the last one breaks off. */
const valuesIn = (text: string): readonly unknown[] => {
  const values: unknown[] = [];
  let start = -1;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
      continue;
    }
    if (character === '"') quoted = depth > 0;
    else if (character === '{') {
      if (depth++ === 0) start = at;
    } else if (character === '}' && depth > 0 && --depth === 0) {
      values.push(parse(text.slice(start, at + 1)));
    }
  }
  return depth > 0 ? [] : values;
};

const deltasOf = (value: Record_): readonly Record_[] =>
  Array.isArray(value.choices)
    ? value.choices.filter((choice): choice is Record_ => isRecord(choice) && isRecord(choice.delta))
    : [];

/** One answer of many pieces: the deltas of a stream added up, or the last whole answer of several. */
const joined = (values: readonly Record_[]): unknown => {
  const failed = values.find(value => isRecord(value.error));
  if (failed) return failed;
  if (!values.some(value => deltasOf(value).length > 0))
    return values.findLast(value => Array.isArray(value.choices)) ?? values[0];
  const choices = new Map<number, Piece>();
  let usage: unknown;
  for (const value of values) {
    usage = isRecord(value.usage) ? value.usage : usage;
    for (const choice of deltasOf(value)) {
      const index = typeof choice.index === 'number' ? choice.index : 0;
      const piece = choices.get(index) ?? { message: {}, calls: [], finish_reason: null };
      choices.set(index, piece);
      if (typeof choice.finish_reason === 'string') piece.finish_reason = choice.finish_reason;
      addDelta(piece, choice.delta as Record_);
    }
  }
  return {
    choices: [...choices].map(([index, { message, calls, finish_reason }]) => ({
      index,
      finish_reason,
      message: { ...message, ...(calls.length > 0 && { tool_calls: calls.filter(Boolean) }) },
    })),
    ...(usage !== undefined && { usage }),
  };
};

interface Piece {
  readonly message: Record<string, unknown>;
  readonly calls: Record<string, unknown>[];
  finish_reason: string | null;
}

const addDelta = ({ message, calls }: Piece, delta: Record_): void => {
  for (const [name, part] of Object.entries(delta)) {
    if (name === 'tool_calls' && Array.isArray(part))
      for (const call of part) addCall(calls, call as Record_);
    else message[name] = added(message[name], part);
  }
};

const addCall = (calls: Record<string, unknown>[], delta: Record_): void => {
  const at = typeof delta.index === 'number' ? delta.index : Math.max(0, calls.length - (delta.id ? 0 : 1));
  const { index: _, function: more, ...rest } = delta;
  const call = calls[at] ?? {};
  const known = isRecord(call.function) ? call.function : {};
  const { name, arguments: args } = isRecord(more) ? more : {};
  calls[at] = {
    ...call,
    ...rest,
    function: { name: known.name ?? name, arguments: added(known.arguments, args) },
  };
};

const added = (known: unknown, part: unknown): unknown =>
  typeof known === 'string' && typeof part === 'string' ? known + part : (part ?? known);
