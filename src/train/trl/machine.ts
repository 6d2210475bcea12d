/** What this machine can train with, as far as it can be told without Python. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { JuxtaError } from '../../base/errors.ts';
import type { TrlSettings } from './presets.ts';

export interface Machine {
  /** CUDA's compute capability of each of NVIDIA's GPUs. */
  readonly nvidia: readonly number[];
  /** There may be another accelerator, of which nothing is known here. */
  readonly other: boolean;
}

export const thisMachine = async (): Promise<Machine> => ({
  nvidia: await computeCapabilities(),
  other: process.platform === 'darwin' || ['/dev/kfd', '/dev/dri', '/dev/nvidia0'].some(existsSync),
});

const computeCapabilities = async (): Promise<readonly number[]> => {
  const query = ['--query-gpu=compute_cap', '--format=csv,noheader'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 });
    return stdout
      .split('\n')
      .map(Number)
      .filter(capability => capability > 0);
  } catch {
    return [];
  }
};

/** The first that computes with bfloat16 (Ampere). */
const BFLOAT16_SINCE = 8;

/** @throws JuxtaError `no-bf16` if the settings ask for bfloat16 where there is none */
export const refuseMissingBf16 = (settings: TrlSettings, { nvidia, other }: Machine): void => {
  if (settings.bf16 !== true || settings.use_cpu === true) return;
  if (nvidia.some(capability => capability >= BFLOAT16_SINCE)) return;
  if (nvidia.length > 0)
    throw new JuxtaError('no-bf16', 'this GPU does not compute with bfloat16, which the settings ask for', {
      hint: 'take float16 instead: --set bf16=false fp16=true dtype=float16',
      permanent: true,
    });
  if (!other)
    throw new JuxtaError('no-bf16', 'there is no GPU here, but the settings ask for one with bfloat16', {
      hint: 'train where there is a GPU, or on this CPU: --set use_cpu=true load_in_4bit=false optim=adamw_torch',
      permanent: true,
    });
};
