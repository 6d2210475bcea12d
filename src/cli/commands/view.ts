import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { openViewer } from '../../view/viewer/viewer.ts';
import { whole } from '../options/options.ts';
import { performLong, say, sayJson } from '../terminal/terminal.ts';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly key?: string;
  readonly open: boolean;
  readonly folder: string;
  readonly json: boolean;
}

export const addView = (program: Command): void => {
  program
    .command('view')
    .description('look at runs, trees and conversations in a browser, live while runs go on')
    .option('--open', 'open the browser', false)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .addOption(
      new Option('--port <n>', 'where to listen; 0: any that is free')
        .default(8100)
        .argParser(whole(0, 65_535)),
    )
    .option(
      '--key <key>',
      'what browsers must give; needed beyond this machine (better: in the variable JUXTA_VIEW_KEY)',
    )
    .option('--folder <path>', 'project folder', '.')
    .option('--json', 'print one JSON object: the address', false)
    .addHelpText('after', '\nExamples:\n  juxta view --open\n  juxta view --folder my-project --port 0')
    .action((options: Options) => performLong(signal => run(options, signal), options));
};

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const { host, port, folder } = options;
  const viewer = await openViewer({ folder, host, port, key: options.key ?? process.env.JUXTA_VIEW_KEY });
  if (options.json) sayJson({ url: viewer.url });
  say(`runs are shown at ${viewer.url}; end with Ctrl-C`);
  if (options.open) openBrowser(viewer.url);
  if (!signal.aborted) await once(signal, 'abort');
  await viewer.close();
};

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Where no browser can be opened the address has been printed. */
const openBrowser = (url: string): void => {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => say('no browser could be opened'))
    .unref();
};
