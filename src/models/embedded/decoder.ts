import { assemble } from './assembler.ts';
import type { EmbeddedConfig, Weights } from './config.ts';
import { attention, attentionWeights, softmax } from './kernels-attention.ts';
import { FLOAT, matmul, PANEL, packMatrix, roundUp } from './kernels-matmul.ts';
import { gelu, norm } from './kernels-vector.ts';
import { webAssembly } from './webassembly.ts';

/** One token to be read: which cached sequence it belongs to, and where it stands there. */
export interface Row {
  readonly sequence: number;
  readonly position: number;
  readonly token: number;
  /** Whether the distribution after it is asked for. */
  readonly wanted: boolean;
}

/** Rows that `read` takes at once. */
export const MAX_ROWS = 32;

/**
 * The transformer over a fixed number of cached sequences, all in one WebAssembly memory. What a row yields depends on
 * its sequence's tokens alone, to the bit: not on the other rows, nor on how the cache was filled.
 */
export interface Decoder {
  readonly config: EmbeddedConfig;
  readonly sequences: number;
  /** Size of the memory. */
  readonly bytes: number;
  /**
   * Reads up to `MAX_ROWS` tokens; those of one sequence in order, each after the ones before it have been read.
   *
   * @returns for each wanted row the probabilities of the next token (vocabulary), valid until the next call
   */
  read(rows: readonly Row[]): readonly (Float32Array | undefined)[];
  /** Copies what is cached of the first `length` tokens. */
  copy(from: number, to: number, length: number): void;
}

type Kernel = (...addressesAndCounts: readonly number[]) => void;
const PAGE = 65536;

export const createDecoder = (c: EmbeddedConfig, weights: Weights, sequences: number): Decoder => {
  let bytes = 0;
  const reserve = (floats: number): number => {
    const address = bytes;
    bytes += roundUp(floats, PANEL) * FLOAT;
    return address;
  };
  const width = roundUp(c.width, PANEL);
  const context = roundUp(c.context, PANEL);
  const hidden = roundUp(4 * c.width, PANEL);
  const wide = roundUp(3 * c.width, PANEL);
  const pointer = roundUp(c.pointer, PANEL);

  const contents: (readonly [number, Float32Array])[] = [];
  const stored = (values: Float32Array): number => {
    const address = reserve(values.length);
    contents.push([address, values]);
    return address;
  };
  const vector = (name: string): number => stored(weights.get(name)!);
  const matrix = (name: string, inputs: number, outputs: number): number =>
    stored(packMatrix(weights.get(name)!, inputs, outputs));
  const perSequence = (floats: number): readonly number[] =>
    Array.from({ length: sequences }, () => reserve(floats));
  const layers = Array.from({ length: c.layers }, (_, i) => ({
    norm1: vector(`layers.${i}.norm1`),
    qkv: matrix(`layers.${i}.qkv`, c.width, 3 * c.width),
    out: matrix(`layers.${i}.out`, c.width, c.width),
    norm2: vector(`layers.${i}.norm2`),
    up: matrix(`layers.${i}.up`, c.width, 4 * c.width),
    down: matrix(`layers.${i}.down`, 4 * c.width, c.width),
    keys: perSequence(context * c.width),
    values: perSequence(context * width),
  }));
  const lastNorm = vector('norm');
  const head = matrix('head', c.width, c.vocabulary);
  const pointerQuery = matrix('pointer.query', c.width, c.pointer);
  const pointerKey = matrix('pointer.key', c.width, c.pointer);
  const pointerKeys = perSequence(context * c.pointer);
  const at = {
    x: reserve(MAX_ROWS * width),
    normed: reserve(MAX_ROWS * width),
    wanted: reserve(MAX_ROWS * width),
    qkv: reserve(MAX_ROWS * wide),
    mixed: reserve(MAX_ROWS * width),
    up: reserve(MAX_ROWS * hidden),
    logits: reserve(MAX_ROWS * c.vocabulary),
    pointers: reserve(MAX_ROWS * pointer),
    scores: reserve(context),
  };

  const memory = new webAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const floats = new Float32Array(memory.buffer);
  for (const [address, values] of contents) floats.set(values, address / FLOAT);
  const functions = [
    matmul('product', c.width, false),
    matmul('addProduct', c.width, true),
    matmul('addWideProduct', 4 * c.width, true),
    norm(c.width),
    gelu,
    softmax,
    attention(c.width, c.heads),
    attentionWeights('pointerWeights', c.pointer),
  ];
  const instance = new webAssembly.Instance(new webAssembly.Module(assemble(functions)), { env: { memory } });
  const kernels = instance.exports as Record<string, Kernel>;
  const kernel = (name: string): Kernel => kernels[name]!;
  const [product, addProduct, addWideProduct] = [
    kernel('product'),
    kernel('addProduct'),
    kernel('addWideProduct'),
  ];
  const [normalise, activate, toProbabilities] = [kernel('norm'), kernel('gelu'), kernel('softmax')];
  const [attend, point] = [kernel('attention'), kernel('pointerWeights')];

  const [embedding, positions, shift] = [
    weights.get('embedding')!,
    weights.get('position')!,
    weights.get('shift')!,
  ];
  const [gate, bias] = [weights.get('pointer.gate')!, weights.get('pointer.bias')![0]!];
  /** The tokens of each sequence, which the shift and the pointer head look back at. */
  const tokens = new Int32Array(sequences * c.context);

  const embed = (rows: readonly Row[]): void => {
    for (const [r, { sequence, position, token }] of rows.entries()) {
      tokens[sequence * c.context + position] = token;
      const x = at.x / FLOAT + r * width;
      const own = token * c.width;
      const place = position * c.width;
      for (let i = 0; i < c.width; i++) floats[x + i] = embedding[own + i]! + positions[place + i]!;
      if (position === 0) continue;
      const previous = tokens[sequence * c.context + position - 1]! * c.width;
      for (let i = 0; i < c.width; i++)
        floats[x + i]! += shift[i]! * (embedding[previous + i]! + positions[place - c.width + i]!);
    }
  };
  /** Puts a key where the scores' kernel looks for it: blocks of four positions, by dimension. */
  const storeKey = (keys: number, from: number, dimensions: number, position: number): void => {
    const block = keys / FLOAT + (position >> 2) * dimensions * 4 + (position & 3);
    for (let i = 0; i < dimensions; i++) floats[block + i * 4] = floats[from / FLOAT + i]!;
  };
  const layer = (l: (typeof layers)[number], rows: readonly Row[]): void => {
    const count = rows.length;
    normalise(at.x, l.norm1, at.normed, count);
    product(at.normed, l.qkv, at.qkv, count, wide / PANEL, wide * FLOAT);
    for (const [r, { sequence, position }] of rows.entries()) {
      const row = at.qkv + r * wide * FLOAT;
      storeKey(l.keys[sequence]!, row + c.width * FLOAT, c.width, position);
      const value = (row + 2 * c.width * FLOAT) / FLOAT;
      floats.copyWithin(l.values[sequence]! / FLOAT + position * width, value, value + c.width);
    }
    for (const [r, { sequence, position }] of rows.entries()) {
      const query = at.qkv + r * wide * FLOAT;
      const to = at.mixed + r * width * FLOAT;
      attend(query, l.keys[sequence]!, l.values[sequence]!, to, position + 1, at.scores);
    }
    addProduct(at.mixed, l.out, at.x, count, width / PANEL, width * FLOAT);
    normalise(at.x, l.norm2, at.normed, count);
    product(at.normed, l.up, at.up, count, hidden / PANEL, hidden * FLOAT);
    activate(at.up, count * hidden);
    addWideProduct(at.up, l.down, at.x, count, width / PANEL, width * FLOAT);
  };
  /** Mixes the vocabulary's softmax with the tokens that the pointer points at. */
  const distribution = ({ sequence, position }: Row, index: number): Float32Array => {
    const logits = at.logits + index * c.vocabulary * FLOAT;
    toProbabilities(logits, c.vocabulary);
    point(at.pointers + index * pointer * FLOAT, pointerKeys[sequence]!, at.scores, position + 1);
    const probabilities = floats.subarray(logits / FLOAT, logits / FLOAT + c.vocabulary);
    const h = at.wanted / FLOAT + index * width;
    let open = bias;
    for (let i = 0; i < c.width; i++) open += floats[h + i]! * gate[i]!;
    open = 1 / (1 + Math.exp(-open));
    for (let i = 0; i < c.vocabulary; i++) probabilities[i]! *= 1 - open;
    const copied = sequence * c.context;
    for (let t = 0; t <= position; t++)
      probabilities[tokens[copied + t]!]! += open * floats[at.scores / FLOAT + t]!;
    return probabilities;
  };

  const read = (rows: readonly Row[]): readonly (Float32Array | undefined)[] => {
    embed(rows);
    for (const each of layers) layer(each, rows);
    normalise(at.x, lastNorm, at.normed, rows.length);
    product(at.normed, pointerKey, at.pointers, rows.length, pointer / PANEL, pointer * FLOAT);
    let wanted = 0;
    for (const [r, row] of rows.entries()) {
      storeKey(pointerKeys[row.sequence]!, at.pointers + r * pointer * FLOAT, c.pointer, row.position);
      if (!row.wanted) continue;
      const from = at.normed / FLOAT + r * width;
      floats.copyWithin(at.wanted / FLOAT + wanted++ * width, from, from + width);
    }
    product(at.wanted, head, at.logits, wanted, c.vocabulary / PANEL, c.vocabulary * FLOAT);
    product(at.wanted, pointerQuery, at.pointers, wanted, pointer / PANEL, pointer * FLOAT);
    let index = 0;
    return rows.map(row => (row.wanted ? distribution(row, index++) : undefined));
  };

  const copyFloats = (from: number, to: number, count: number): void => {
    floats.copyWithin(to / FLOAT, from / FLOAT, from / FLOAT + count);
  };
  const copy = (from: number, to: number, length: number): void => {
    const blocks = Math.ceil(length / 4) * 4;
    for (const { keys, values } of layers) {
      copyFloats(keys[from]!, keys[to]!, blocks * c.width);
      copyFloats(values[from]!, values[to]!, length * width);
    }
    copyFloats(pointerKeys[from]!, pointerKeys[to]!, blocks * c.pointer);
    tokens.copyWithin(to * c.context, from * c.context, from * c.context + length);
  };
  return { config: c, sequences, bytes: memory.buffer.byteLength, read, copy };
};
