import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { BadInputError } from '../../base/errors.ts';
import { vocabularySize } from './codec.ts';
import type { EmbeddedConfig } from './config.ts';
import { fromHalf, toHalf } from './half.ts';
import { initialWeights } from './init.ts';
import { readTensors, readWeights, writeTensors, writeWeights } from './safetensors.ts';
import { spec } from './test-vocabulary.ts';

const config: EmbeddedConfig = {
  width: 16,
  layers: 1,
  heads: 2,
  vocabulary: vocabularySize(spec),
  context: 24,
  pointer: 8,
};

describe('a safetensors file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juxta-'));
  });
  after(() => rm(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  const fails = (promise: Promise<unknown>, problem: RegExp): Promise<void> =>
    assert.rejects(promise, thrown => thrown instanceof BadInputError && problem.test(thrown.message));

  it('gives back what was written, in F32 to the bit and in F16 rounded', async () => {
    const weights = initialWeights(config, 1);
    await writeWeights(at('a'), weights, { config, codec: spec, notes: { made: 'here' } }, 'F32');
    const same = await readWeights(at('a'));
    assert.deepEqual(same.weights, weights);
    assert.deepEqual([same.config, same.codec, same.metadata.made], [config, spec, 'here']);
    await writeWeights(at('b'), weights, { config, codec: spec }, 'F16');
    const rounded = (await readWeights(at('b'))).weights;
    for (const [name, values] of weights)
      for (const [i, value] of values.entries())
        assert.ok(Math.abs(rounded.get(name)![i]! - value) <= Math.abs(value) / 2048 + 2 ** -25);
    assert.deepEqual((await readdir(folder)).sort(), ['a', 'b']);
  });

  it('is laid out as the format says', async () => {
    const tensors = new Map([['x', { shape: [2, 1], values: Float32Array.of(1, -2) }]]);
    await writeTensors(at('c'), tensors, { k: 'v' }, 'F32');
    const bytes = await readFile(at('c'));
    const length = Number(bytes.readBigUInt64LE());
    assert.equal(length % 8, 0);
    assert.deepEqual(JSON.parse(bytes.toString('utf8', 8, 8 + length)), {
      __metadata__: { k: 'v' },
      x: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
    });
    assert.deepEqual([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)], [1, -2]);
    assert.deepEqual((await readTensors(at('c'))).tensors, tensors);
  });

  it('is refused with a reason if it is missing, foreign, cut short, of an unknown type or another shape', async () => {
    await fails(readTensors(at('none')), /none: the file cannot be read/);
    await writeFile(at('d'), 'hello, this is not it');
    await fails(readTensors(at('d')), /not a safetensors file/);
    const weights = initialWeights(config, 1);
    await writeWeights(at('e'), weights, { config, codec: spec }, 'F16');
    const bytes = await readFile(at('e'));
    await writeFile(at('f'), bytes.subarray(0, -1));
    await fails(readWeights(at('f')), /pointer.bias: the file is cut short/);
    await writeFile(at('f'), bytes.subarray(0, 60));
    await fails(readWeights(at('f')), /cut short: its header/);
    await writeFile(at('f'), bytes.toString('latin1').replaceAll('"F16"', '"I64"'), 'latin1');
    await fails(readWeights(at('f')), /type I64 is not supported/);
    await writeFile(at('f'), bytes.toString('latin1').replace('[16,64]', '[64,16]'), 'latin1');
    await fails(readWeights(at('f')), /layers.0.up: weights of another shape: \[64,16\], not \[16,64\]/);
    await writeFile(at('f'), bytes.toString('latin1').replace('"shift"', '"drift"'), 'latin1');
    await fails(readWeights(at('f')), /shift: the tensor is missing/);
    await writeTensors(at('g'), new Map(), {}, 'F32');
    await fails(readWeights(at('g')), /not the weights of an embedded model/);
    await fails(
      writeTensors(at('h'), new Map([['x', { shape: [1], values: Float32Array.of(1e9) }]]), {}, 'F16'),
      /too large for F16/,
    );
  });

  it('rounds halves to the nearest', () => {
    for (let half = 0; half < 0x7c00; half++) assert.equal(toHalf(fromHalf(half)), half);
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), number => {
        const half = toHalf(number);
        const error = Math.abs(fromHalf(half) - number);
        for (const other of [half - 1, half + 1])
          if (half & 0x7fff && (other & 0x7fff) < 0x7c00)
            assert.ok(error <= Math.abs(fromHalf(other) - number));
      }),
    );
  });
});
