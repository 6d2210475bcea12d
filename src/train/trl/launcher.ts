/** How Python is started where TRL can be imported: the words before the script. */
export type Launcher = readonly string[];

/** The version that this trainer was tried with, and what its presets need beside it. */
export const trlRequirement = 'trl[peft,quantization]==1.13.0';

/**
 * Through uv, which makes the environment by itself.
 * @param requirement another version or other extras, for example `trl[peft]>=1.10`
 */
export const uvxLauncher = (requirement: string = trlRequirement): Launcher => [
  'uvx',
  '--from',
  requirement,
  '--with',
  'transformers>=5',
  'python',
];

/** With a Python in whose environment TRL is installed. @example pythonLauncher('/opt/trl/bin/python') */
export const pythonLauncher = (python: string): Launcher => [python];
