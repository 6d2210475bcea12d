import type { Method } from '../trainer.ts';

/** How TRL is started on this machine. */
export interface Launcher {
  /** The words before the method's name. */
  readonly trl: readonly string[];
  /** The words that start Python where TRL can be imported, if known. */
  readonly python?: readonly string[];
}

/** The version that this trainer was tried with, and what its presets need beside it. */
export const trlRequirement = 'trl[peft,quantization]==1.13.0';

/**
 * Through uv, which makes the environment by itself.
 * @param requirement another version or other extras, for example `trl[peft]>=1.10`
 */
export const uvxLauncher = (requirement: string = trlRequirement): Launcher => {
  const uvx = ['uvx', '--from', requirement, '--with', 'transformers>=5'];
  return { trl: [...uvx, 'trl'], python: [...uvx, 'python'] };
};

/** With a Python in whose environment TRL is installed. @example pythonLauncher('/opt/trl/bin/python') */
export const pythonLauncher = (python: string): Launcher => ({
  trl: [python, '-c', 'import sys; from trl.cli import main; sys.exit(main())'],
  python: [python],
});

/** An executable that takes the arguments of `trl`. */
export const executableLauncher = (...words: readonly string[]): Launcher => ({ trl: words });

export const commandOf = ({ trl }: Launcher, method: Method, config: string): readonly string[] => [
  ...trl,
  method,
  '--config',
  config,
];
