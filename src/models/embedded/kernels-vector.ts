import {
  type Code,
  type FunctionBuilder,
  f32,
  f32x4,
  i32,
  i32x4,
  type Local,
  repeat,
  v128,
  type WasmFunction,
  wasmFunction,
  whileAtLeast,
} from './assembler.ts';
import { EPSILON } from './config.ts';
import { FLOAT, PANEL, roundUp, VECTOR } from './kernels-matmul.ts';

/** Kernels that go over vectors: norms, GELU, softmax, attention. */

/** Adds (or otherwise joins) the four lanes. */
export const lanes = (vector: Code, add: (a: Code, b: Code) => Code, held: Local): Code => [
  held.set(vector),
  add(
    add(f32x4.lane(held.get, 0), f32x4.lane(held.get, 1)),
    add(f32x4.lane(held.get, 2), f32x4.lane(held.get, 3)),
  ),
];

/** e to the power of four floats, good to float32's last bits; 0 below -87, and no further than 87. */
export const exponential = (f: FunctionBuilder): ((x: Code) => Code) => {
  const [x, n, power] = [f.local('v128'), f.local('v128'), f.local('v128')] as const;
  const highLog2 = 0.693359375;
  const terms = [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1];
  return argument => [
    x.set(f32x4.min(argument, f32x4.const(87))),
    // x = n ln 2 + r; then e^x = 2^n e^r with a Taylor series for e^r, |r| < 0.35.
    n.set(f32x4.nearest(f32x4.mul(x.get, f32x4.const(Math.LOG2E)))),
    power.set(f32x4.sub(x.get, f32x4.mul(n.get, f32x4.const(highLog2)))),
    power.set(f32x4.sub(power.get, f32x4.mul(n.get, f32x4.const(Math.LN2 - highLog2)))),
    terms.reduce(
      (sum, term) => f32x4.add(f32x4.mul(sum, power.get), f32x4.const(term)),
      f32x4.const(1 / 5040),
    ),
    i32x4.shiftLeft(i32x4.add(i32x4.fromFloats(n.get), i32x4.const(127)), i32.const(23)),
    f32x4.mul(),
    f32x4.greaterThan(x.get, f32x4.const(-87)),
    v128.and(),
  ];
};

/** x ← RMS norm of x times the weights. Parameters: rows, weights, output rows, number of rows. */
export const norm = (width: number): WasmFunction =>
  wasmFunction('norm', 4, f => {
    const [x, weights, to, rows] = f.parameters as [Local, Local, Local, Local];
    const [a, w, c, counter] = Array.from({ length: 4 }, () => f.local('i32')) as [
      Local,
      Local,
      Local,
      Local,
    ];
    const [sum, scale] = [f.local('v128'), f.local('v128')];
    const rowBytes = roundUp(width, PANEL) * FLOAT;
    const next = (...pointers: readonly Local[]): Code => pointers.map(pointer => pointer.increase(VECTOR));
    return whileAtLeast(rows, 1, [
      sum.set(f32x4.const(0)),
      a.set(x.get),
      repeat(counter, width / 4, [
        sum.set(f32x4.add(sum.get, f32x4.mul(f32x4.load(a.get), f32x4.load(a.get)))),
        next(a),
      ]),
      scale.set(
        f32x4.splat(
          f32.div(
            f32.const(1),
            f32.sqrt(
              f32.add(f32.mul(lanes(sum.get, f32.add, scale), f32.const(1 / width)), f32.const(EPSILON)),
            ),
          ),
        ),
      ),
      a.set(x.get),
      w.set(weights.get),
      c.set(to.get),
      repeat(counter, width / 4, [
        f32x4.store(c.get, f32x4.mul(f32x4.mul(f32x4.load(a.get), scale.get), f32x4.load(w.get))),
        next(a, w, c),
      ]),
      x.increase(rowBytes),
      to.increase(rowBytes),
    ]);
  });

/** tanh-GELU in place. Parameters: first float, number of floats (a multiple of 4). */
export const gelu: WasmFunction = wasmFunction('gelu', 2, f => {
  const [x, count] = f.parameters as [Local, Local];
  const u = f.local('v128');
  const exp = exponential(f);
  const scaled = -2 * Math.sqrt(2 / Math.PI);
  // 0.5 u (1 + tanh z) = u / (1 + e^-2z), z = √(2/π) (u + 0.044715 u³).
  const cube = f32x4.mul(f32x4.mul(u.get, u.get), f32x4.mul(u.get, f32x4.const(0.044715 * scaled)));
  return whileAtLeast(count, 4, [
    u.set(f32x4.load(x.get)),
    f32x4.store(
      x.get,
      f32x4.div(
        u.get,
        f32x4.add(f32x4.const(1), exp(f32x4.add(f32x4.mul(u.get, f32x4.const(scaled)), cube))),
      ),
    ),
    x.increase(VECTOR),
  ]);
});
