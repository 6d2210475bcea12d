import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { BadInputError } from '../../../base/errors.ts';
import { readTensors, type Tensor, writeTensors } from '../../../models/embedded/safetensors.ts';
import type { Moments } from './adamw.ts';

/** All that a training needs to go on, beside its data and options. */
export interface Checkpoint {
  /** Which of the stages is being trained, and how many of its updates are made. */
  readonly stage: number;
  readonly done: number;
  /** The full weights that the stage started from. */
  readonly start: Float32Array;
  readonly parameters: Float32Array;
  readonly moments: Moments;
  /** What the data source needs to go on, as JSON. */
  readonly source?: string;
}

const tensor = (values: Float32Array): Tensor => ({ shape: [values.length], values });

/** Writes the state to a safetensors file, whole or not at all. `run` says which data and options it belongs to. */
export const saveCheckpoint = async (path: string, run: string, state: Checkpoint): Promise<void> => {
  const { start, parameters, moments } = state;
  const tensors = new Map([
    ['start', tensor(start)],
    ['parameters', tensor(parameters)],
    ['moments.first', tensor(moments.first)],
    ['moments.second', tensor(moments.second)],
  ]);
  const metadata = {
    run,
    stage: String(state.stage),
    done: String(state.done),
    updates: String(moments.updates),
    ...(state.source === undefined ? {} : { source: state.source }),
  };
  await writeTensors(path, tensors, metadata, 'F32');
};

/**
 * The state of the run that was stopped, or undefined if there is no file.
 *
 * @throws BadInputError if the file is no checkpoint, or belongs to another run
 */
export const loadCheckpoint = async (path: string, run: string): Promise<Checkpoint | undefined> => {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = await readTensors(path);
  if (metadata.run !== run) {
    throw new BadInputError(path, 'this checkpoint was made with other data or options', {
      hint: 'Delete it to start afresh, or give the data and options of the run that made it.',
    });
  }
  const values = (name: string): Float32Array => {
    const found = tensors.get(name)?.values;
    if (found === undefined) throw new BadInputError(path, `the tensor ${name} is missing`);
    return found;
  };
  return {
    stage: Number(metadata.stage),
    done: Number(metadata.done),
    start: values('start'),
    parameters: values('parameters'),
    moments: {
      first: values('moments.first'),
      second: values('moments.second'),
      updates: Number(metadata.updates),
    },
    ...(metadata.source === undefined ? {} : { source: metadata.source }),
  };
};

/** Deletes the checkpoint of a run that is complete. */
export const dropCheckpoint = (path: string): Promise<void> => rm(path, { force: true });
