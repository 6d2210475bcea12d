import type { Command } from 'commander';
import { dataSets, pull } from '../../runs/data-sets.ts';
import { performLong, progressOn, say } from '../terminal/terminal.ts';

export const addData = (program: Command): void => {
  const data = program.command('data').description('fetch the public data sets that benchmarks need');
  data
    .command('pull')
    .description('fetch a data set at its pinned commit and check every file')
    .argument('<name>', `one of: ${dataSets.map(set => set.name).join(', ')}`)
    .option('--from <source>', 'a mirror (URL), a folder or a zip in place of the public host')
    .option('--to <folder>', 'where the files go (default: its own folder in .juxta/data)')
    .option(
      '--release <tag>',
      'of tau2-bench: another release than the pinned one (1.0.1), unchecked, into a folder of its own',
    )
    .addHelpText(
      'after',
      `
Examples:
  juxta data pull toolwoz
  juxta data pull toolwoz --from ~/Downloads/MultiWOZ_2.1.zip
  juxta data pull tau2-bench --release v2.0.0`,
    )
    .action((name: string, { from, to, release }: { from?: string; to?: string; release?: string }) =>
      performLong(async signal => {
        const draw = progressOn(process.stderr);
        const result = await pull(name, {
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
          ...(release !== undefined && { release }),
          signal,
          onProgress: ({ file, bytes, total }) =>
            draw({
              stage: file,
              done: kilobytes(bytes),
              total: kilobytes(total ?? bytes + 1024),
              unit: 'kB',
            }),
        });
        for (const { file, how, checked } of result.files)
          say(`${file}  ${how}${checked ? ', checked' : ''}`);
        for (const note of result.notes) say(`note: ${note}`);
        say(`${name} is in ${result.folder} (licence: ${result.licence})`);
      }),
    );
};

const kilobytes = (bytes: number): number => Math.ceil(bytes / 1024);
