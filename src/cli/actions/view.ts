import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { JuxtaError } from '../../base/errors.ts';
import { serverOf } from '../../runs/project/place.ts';
import { openViewer } from '../../view/viewer/viewer.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/view.ts';
import { say } from '../terminal/terminal.ts';

/** Shows until it is asked to stop. */
export const action: Action<Options> = async (options, { signal, tell }) => {
  const { host, port, folder } = options;
  if (serverOf({ folder }) !== undefined)
    throw new JuxtaError('bad-store', 'the viewer reads the store of a folder, not a Postgres server', {
      hint: 'copy the project into a folder, and take JUXTA_STORE away: juxta copy --from postgres://… --to FOLDER',
    });
  const viewer = await openViewer({ folder, host, port, key: options.key ?? process.env.JUXTA_VIEW_KEY });
  tell({ url: viewer.url });
  say(`runs are shown at ${viewer.url}; end with Ctrl-C`);
  if (options.open) openBrowser(viewer.url);
  if (!signal.aborted) await once(signal, 'abort');
  await viewer.close();
  return undefined;
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
