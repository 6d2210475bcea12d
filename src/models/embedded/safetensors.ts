import { z } from 'zod';
import { BadInputError } from '../../base/errors.ts';
import { type CodecSpec, vocabularySize } from './codec.ts';
import { type EmbeddedConfig, type Weights, weightShapes } from './config.ts';
import { type Dtype, readTensors, type Tensor, writeTensors } from './tensors.ts';

export { type Dtype, readTensors, type Tensor, writeTensors } from './tensors.ts';

/** An embedded model's file: its weights, and in the metadata all that is needed to use them. */

const count = z.int().min(1);
const configSchema = z
  .object({
    width: count,
    layers: count,
    heads: count,
    vocabulary: count,
    context: count,
    pointer: count,
  })
  .refine(({ width, heads }) => width % (4 * heads) === 0, { error: 'width must be a multiple of 4 × heads' })
  .refine(({ vocabulary }) => vocabulary % 16 === 0, { error: 'vocabulary must be a multiple of 16' })
  .refine(({ pointer }) => pointer % 4 === 0, { error: 'pointer must be a multiple of 4' });
const strings = z.array(z.string());
const codecSchema = z.object({
  words: strings,
  slots: count,
  toolNames: strings,
  keys: strings,
  resultFields: z.record(z.string(), strings),
});

export interface WeightsMetadata {
  readonly config: EmbeddedConfig;
  readonly codec: CodecSpec;
  /** Anything else that should travel with the weights, for example how they were trained. */
  readonly notes?: Readonly<Record<string, string>>;
}

export interface WeightsFile {
  readonly config: EmbeddedConfig;
  readonly codec: CodecSpec;
  readonly weights: Weights;
  readonly metadata: Readonly<Record<string, string>>;
}

const check = (
  where: string,
  config: EmbeddedConfig,
  codec: CodecSpec,
  tensors: ReadonlyMap<string, Tensor>,
) => {
  if (config.vocabulary !== vocabularySize(codec))
    throw new BadInputError(
      where,
      `a vocabulary of ${vocabularySize(codec)} for weights of ${config.vocabulary}`,
    );
  for (const [name, shape] of weightShapes(config)) {
    const tensor = tensors.get(name);
    if (!tensor) throw new BadInputError(`${where}: ${name}`, 'the tensor is missing');
    if (tensor.shape.join() !== shape.join())
      throw new BadInputError(
        `${where}: ${name}`,
        `weights of another shape: [${tensor.shape}], not [${shape}]`,
      );
    if (!tensor.values.every(Number.isFinite))
      throw new BadInputError(`${where}: ${name}`, 'it has values that are no finite numbers', {
        hint: 'training has diverged: lower the learning rate',
      });
  }
};

/**
 * Writes a model's file, whole or not at all. The file is a function of its content.
 *
 * @throws BadInputError if a tensor is missing or the parts do not fit together
 */
export const writeWeights = async (
  path: string,
  weights: Weights,
  { config, codec, notes }: WeightsMetadata,
  dtype: Dtype,
): Promise<void> => {
  const tensors = new Map<string, Tensor>();
  for (const [name, shape] of weightShapes(config)) {
    const values = weights.get(name);
    if (values) tensors.set(name, { shape, values });
  }
  check(path, config, codec, tensors);
  const metadata = { ...notes, config: JSON.stringify(config), codec: JSON.stringify(codec) };
  await writeTensors(path, tensors, metadata, dtype);
};

const read = <T>(
  path: string,
  metadata: Readonly<Record<string, string>>,
  name: string,
  schema: z.ZodType<T>,
): T => {
  const where = `${path}: metadata ${JSON.stringify(name)}`;
  const text = metadata[name];
  if (text === undefined)
    throw new BadInputError(where, 'missing: these are not the weights of an embedded model', {
      hint: 'give a file that `npm run pretrain` or a training run has written',
    });
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : 'not JSON';
    throw new BadInputError(where, problem, { cause });
  }
};

/** @throws BadInputError if the file cannot be read, or is not the weights of an embedded model */
export const readWeights = async (path: string): Promise<WeightsFile> => {
  const { tensors, metadata } = await readTensors(path);
  const config = read(path, metadata, 'config', configSchema);
  const codec = read(path, metadata, 'codec', codecSchema);
  check(path, config, codec, tensors);
  const weights = new Map([...tensors].map(([name, { values }]) => [name, values]));
  return { config, codec, weights, metadata };
};
