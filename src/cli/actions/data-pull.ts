import { pull } from '../../runs/data-sets.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/data-pull.ts';
import { progressOn, say } from '../terminal/terminal.ts';

export const action: Action<Options> = async ({ from, to, release }, { arguments: [name = ''], signal }) => {
  const draw = progressOn(process.stderr);
  const result = await pull(name, {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(release !== undefined && { release }),
    signal,
    onProgress: ({ file, bytes, total }) =>
      draw({ stage: file, done: kilobytes(bytes), total: kilobytes(total ?? bytes + 1024), unit: 'kB' }),
  });
  for (const { file, how, checked } of result.files) say(`${file}  ${how}${checked ? ', checked' : ''}`);
  for (const note of result.notes) say(`note: ${note}`);
  say(`${name} is in ${result.folder} (licence: ${result.licence})`);
  return { name, ...result };
};

const kilobytes = (bytes: number): number => Math.ceil(bytes / 1024);
