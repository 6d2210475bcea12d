/**
 * A small WebAssembly assembler: expressions are nested lists of bytes, functions take addresses and counts (i32) and
 * return nothing, and the module works on a memory that it is given. Made for the kernels beside it, and no more.
 */

/** Bytes of code, nested as expressions are. */
export type Code = number | readonly Code[];
export type Type = 'i32' | 'f32' | 'v128';
const TYPE: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** A variable-length integer (LEB128), unsigned. */
const unsigned = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...unsigned(n >>> 7)]);
const signed = (n: number): number[] =>
  n >= -64 && n < 64 ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)];
const floatBytes = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)];

const instruction =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands, opcode];
const vector = (opcode: number) => {
  const bytes = [0xfd, ...unsigned(opcode)];
  return (...operands: readonly Code[]): Code => [...operands, bytes];
};

export const i32 = {
  const: (n: number): Code => [0x41, signed(n)],
  add: instruction(0x6a),
  mul: instruction(0x6c),
  sub: instruction(0x6b),
  and: instruction(0x71),
  lessThan: instruction(0x48),
};
export const f32 = {
  const: (n: number): Code => [0x43, floatBytes(n)],
  add: instruction(0x92),
  mul: instruction(0x94),
  div: instruction(0x95),
  max: instruction(0x97),
  sqrt: instruction(0x91),
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0x38, 2, unsigned(offset)],
};
/** Four floats at once. */
export const f32x4 = {
  const: (n: number): Code => [
    0xfd,
    0x0c,
    ...floatBytes(n),
    ...floatBytes(n),
    ...floatBytes(n),
    ...floatBytes(n),
  ],
  load: (address: Code, offset = 0): Code => [address, 0xfd, 0x00, 4, unsigned(offset)],
  /** One float from memory in all four lanes. */
  loadSplat: (address: Code, offset = 0): Code => [address, 0xfd, 0x09, 2, unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0xfd, 0x0b, 4, unsigned(offset)],
  splat: vector(0x13),
  lane: (value: Code, lane: number): Code => [value, 0xfd, 0x1f, lane],
  add: vector(0xe4),
  sub: vector(0xe5),
  mul: vector(0xe6),
  div: vector(0xe7),
  min: vector(0xe8),
  max: vector(0xe9),
  nearest: vector(0x6a),
  greaterThan: vector(0x44),
};
export const v128 = { and: vector(0x4e) };
/** Four integers at once. */
export const i32x4 = {
  const: (n: number): Code => {
    const bytes = [...new Uint8Array(Int32Array.of(n).buffer)];
    return [0xfd, 0x0c, ...bytes, ...bytes, ...bytes, ...bytes];
  },
  add: vector(0xae),
  shiftLeft: vector(0xab),
  fromFloats: vector(0xf8),
};

export interface Local {
  readonly get: Code;
  set(value: Code): Code;
  /** Adds a constant to an i32. */
  increase(by: number): Code;
}

export interface FunctionBuilder {
  readonly parameters: readonly Local[];
  local(type: Type): Local;
}

export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly locals: readonly Type[];
  readonly body: Code;
}

const localAt = (index: number): Local => {
  const get = [0x20, unsigned(index)];
  const set = (value: Code): Code => [value, 0x21, unsigned(index)];
  return { get, set, increase: by => set(i32.add(get, i32.const(by))) };
};

/** @param parameters how many i32 parameters the function has */
export const wasmFunction = (
  name: string,
  parameters: number,
  build: (builder: FunctionBuilder) => Code,
): WasmFunction => {
  const locals: Type[] = [];
  const body = build({
    parameters: Array.from({ length: parameters }, (_, i) => localAt(i)),
    local: type => localAt(parameters + locals.push(type) - 1),
  });
  return { name, parameters, locals, body };
};

const END = 0x0b;
const VOID = 0x40;

/** Runs the body while the counter is at least `step`, which is then taken off it. */
export const whileAtLeast = (counter: Local, step: number, body: Code): Code => [
  [0x02, VOID],
  [0x03, VOID],
  [i32.lessThan(counter.get, i32.const(step)), 0x0d, 1],
  body,
  counter.increase(-step),
  [0x0c, 0],
  [END, END],
];

/** Runs the body `times` times (at least once). The counter is free for the body to use, not to change. */
export const repeat = (counter: Local, times: number, body: Code): Code => [
  counter.set(i32.const(times)),
  [0x03, VOID],
  body,
  counter.increase(-1),
  [counter.get, 0x0d, 0],
  END,
];

const section = (id: number, content: Code): number[] => {
  const bytes = flat(content);
  return [id, ...unsigned(bytes.length), ...bytes];
};
const flat = (code: Code): number[] => {
  const bytes: number[] = [];
  const visit = (part: Code): void => {
    if (typeof part === 'number') bytes.push(part);
    else for (const inner of part) visit(inner);
  };
  visit(code);
  return bytes;
};
const list = (items: readonly Code[]): Code => [unsigned(items.length), ...items];
const sized = (code: Code): Code => {
  const bytes = flat(code);
  return [unsigned(bytes.length), bytes];
};
const text = (value: string): Code => sized([...new TextEncoder().encode(value)]);

/** A module that exports the functions by name and imports its memory as `env.memory`. */
export const assemble = (functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> => {
  const types = functions.map(({ parameters }) => [0x60, list(Array(parameters).fill(TYPE.i32)), list([])]);
  const bodies = functions.map(({ locals, body }) =>
    sized([list(locals.map(type => [1, TYPE[type]])), body, END]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, list([[text('env'), text('memory'), 0x02, 0x00, 1]])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(functions.map(({ name }, i) => [text(name), 0x00, unsigned(i)]))),
    ...section(10, list(bodies)),
  ]);
};
