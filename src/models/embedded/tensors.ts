import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole.ts';
import { fromHalf, toHalf } from './half.ts';

/**
 * The safetensors format: eight bytes with the header's length (little-endian), a JSON header that says each
 * tensor's type, shape and place, and then the tensors' bytes. https://huggingface.co/docs/safetensors
 */

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}
export type Dtype = 'F16' | 'F32';

const BYTES: Readonly<Record<Dtype, number>> = { F16: 2, F32: 4 };
const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const entry = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const header = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(entry);

/**
 * Writes tensors to a file that appears whole or not at all.
 *
 * @throws BadInputError if values and shape of a tensor do not fit together, or a value is too large for F16
 */
export const writeTensors = async (
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
  dtype: Dtype,
): Promise<void> => {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let length = 0;
  for (const [name, { shape, values }] of tensors) {
    if (values.length !== size(shape))
      throw new BadInputError(`${path}: ${name}`, `${values.length} values do not fill the shape [${shape}]`);
    const bytes = values.length * BYTES[dtype];
    entries[name] = { dtype, shape, data_offsets: [length, length + bytes] };
    length += bytes;
  }
  const json = JSON.stringify(entries);
  // The data start at a multiple of eight bytes; JSON may end in spaces.
  const text = Buffer.from(json + ' '.repeat(-Buffer.byteLength(json) & 7));
  const file = Buffer.alloc(8 + text.length + length);
  file.writeBigUInt64LE(BigInt(text.length));
  text.copy(file, 8);
  let at = 8 + text.length;
  for (const [name, { values }] of tensors) {
    if (dtype === 'F32')
      at += Buffer.from(values.buffer, values.byteOffset, values.byteLength).copy(file, at);
    else {
      for (const value of values) {
        const half = toHalf(value);
        if ((half & 0x7fff) === 0x7c00)
          throw new BadInputError(`${path}: ${name}`, `the value ${value} is too large for F16`, {
            hint: 'write F32, or look why training diverged',
          });
        at = file.writeUInt16LE(half, at);
      }
    }
  }
  await writeWhole(path, file);
};

/**
 * Reads every tensor of a file as float32.
 *
 * @throws BadInputError if there is no such file, it is no safetensors file, is cut short, or has a type that is
 * neither F16 nor F32
 */
export const readTensors = async (
  path: string,
): Promise<{
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}> => {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new BadInputError(path, 'the file cannot be read', {
      cause,
      hint: 'give the path of a .safetensors file',
    });
  });
  const wrong = (problem: string, cause?: unknown): BadInputError =>
    new BadInputError(path, problem, { cause });
  if (file.length < 10 || file[8] !== 0x7b) throw wrong('this is not a safetensors file');
  const headerLength = Number(file.readBigUInt64LE());
  if (headerLength > file.length - 8) throw wrong('the file is cut short: its header is not whole');
  let parsed: z.infer<typeof header>;
  try {
    parsed = header.parse(JSON.parse(file.toString('utf8', 8, 8 + headerLength)));
  } catch (cause) {
    throw wrong('this is not a safetensors file: its header cannot be read', cause);
  }
  const { __metadata__: metadata = {}, ...entries } = parsed;
  const data = file.subarray(8 + headerLength);
  const tensors = new Map<string, Tensor>();
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of Object.entries(entries)) {
    const where = `${path}: ${name}`;
    if (dtype !== 'F16' && dtype !== 'F32')
      throw new BadInputError(where, `type ${dtype} is not supported`, {
        hint: 'convert the tensor to F16 or F32',
      });
    if (end > data.length)
      throw new BadInputError(where, 'the file is cut short: it ends before this tensor does');
    if (end - start !== size(shape) * BYTES[dtype])
      throw new BadInputError(where, `${end - start} bytes do not fill the shape [${shape}] of ${dtype}`);
    const values = new Float32Array(size(shape));
    if (dtype === 'F32') data.copy(new Uint8Array(values.buffer), 0, start, end);
    else for (let i = 0; i < values.length; i++) values[i] = fromHalf(data.readUInt16LE(start + 2 * i));
    tensors.set(name, { shape, values });
  }
  return { tensors, metadata };
};
