import {
  type Code,
  f32x4,
  i32,
  type Local,
  repeat,
  type WasmFunction,
  wasmFunction,
  whileAtLeast,
} from './assembler.ts';

/** Columns of a packed matrix that lie together, and floats at the end of rows that are filled up. */
export const PANEL = 16;
export const FLOAT = 4;
export const VECTOR = 16;

export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** [inputs, outputs] row-major → panels of 16 outputs, each with its inputs in order; the last one filled with zeros. */
export const packMatrix = (matrix: Float32Array, inputs: number, outputs: number): Float32Array => {
  const packed = new Float32Array(inputs * roundUp(outputs, PANEL));
  for (let input = 0; input < inputs; input++)
    for (let output = 0; output < outputs; output++) {
      const panel = Math.floor(output / PANEL);
      packed[(panel * inputs + input) * PANEL + (output % PANEL)] = matrix[input * outputs + output]!;
    }
  return packed;
};

/**
 * rows × inputs times a packed matrix. Parameters: input rows, packed matrix, output rows, number of rows, number of
 * panels, bytes from one output row to the next. With `adds`, the product is added to what the output holds.
 */
export const matmul = (name: string, inputs: number, adds: boolean): WasmFunction =>
  wasmFunction(name, 6, f => {
    const [from, matrix, to, rows, panels, stride] = f.parameters as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const sums = Array.from({ length: 8 }, () => f.local('v128'));
    const inputsHeld = Array.from({ length: 4 }, () => f.local('v128'));
    const weight = f.local('v128');
    const [left, input, output, a, w, c, counter] = Array.from({ length: 7 }, () => f.local('i32')) as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const rowBytes = roundUp(inputs, PANEL) * FLOAT;

    /** `height` rows by `width` vectors of columns, all sums in registers; `column` is the first of the vectors. */
    const tile = (height: number, width: number, column: number): Code => {
      const sum = (row: number, vector: number): Local => sums[row * width + vector]!;
      const each = (act: (row: number, vector: number) => Code): Code =>
        Array.from({ length: height * width }, (_, i) => act(Math.floor(i / width), i % width));
      const eachRow = (act: (row: number, vector: number) => Code): Code => [
        c.set(output.get),
        Array.from({ length: height }, (_, row) => [
          Array.from({ length: width }, (_, vector) => act(row, vector)),
          c.set(i32.add(c.get, stride.get)),
        ]),
      ];
      const at = (vector: number): number => (column + vector) * VECTOR;
      const unrolled = 4;
      const step = (k: number): Code => [
        Array.from({ length: height }, (_, row) =>
          inputsHeld[row]!.set(f32x4.loadSplat(a.get, row * rowBytes + k * FLOAT)),
        ),
        Array.from({ length: width }, (_, vector) => [
          weight.set(f32x4.load(w.get, k * PANEL * FLOAT + at(vector))),
          Array.from({ length: height }, (_, row) =>
            sum(row, vector).set(
              f32x4.add(sum(row, vector).get, f32x4.mul(weight.get, inputsHeld[row]!.get)),
            ),
          ),
        ]),
      ];
      return [
        each((row, vector) => sum(row, vector).set(f32x4.const(0))),
        a.set(input.get),
        w.set(matrix.get),
        repeat(counter, inputs / unrolled, [
          Array.from({ length: unrolled }, (_, k) => step(k)),
          a.increase(unrolled * FLOAT),
          w.increase(unrolled * PANEL * FLOAT),
        ]),
        eachRow((row, vector) => {
          const made = sum(row, vector).get;
          return f32x4.store(c.get, adds ? f32x4.add(f32x4.load(c.get, at(vector)), made) : made, at(vector));
        }),
      ];
    };
    const rowsAtOnce = (height: number, tiles: Code): Code =>
      whileAtLeast(left, height, [
        tiles,
        input.increase(height * rowBytes),
        repeat(counter, height, output.set(i32.add(output.get, stride.get))),
      ]);
    return whileAtLeast(panels, 1, [
      left.set(rows.get),
      input.set(from.get),
      output.set(to.get),
      rowsAtOnce(4, [tile(4, 2, 0), tile(4, 2, 2)]),
      rowsAtOnce(2, tile(2, 4, 0)),
      rowsAtOnce(1, tile(1, 4, 0)),
      matrix.increase(inputs * PANEL * FLOAT),
      to.increase(PANEL * FLOAT),
    ]);
  });
