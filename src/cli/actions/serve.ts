import { once } from 'node:events';
import { openEnvironment } from '../../environments/open.ts';
import { projectFolder } from '../../runs/project/project.ts';
import { openServed, servedByDefault } from '../../runs/training/served.ts';
import { serve } from '../../serve/server.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/serve.ts';
import { environmentOf } from '../configure/environment.ts';
import type { EnvironmentOptions } from '../options/environment.ts';
import { say } from '../terminal/terminal.ts';

/** Serves until it is asked to stop. */
export const action: Action<Options & EnvironmentOptions> = async (options, { signal, tell }) => {
  const { host, port, quiet } = options;
  const folder = projectFolder(options.folder);
  const { tools } = await openEnvironment(await environmentOf(options));
  const models = options.model
    ? await openServed(options.model, folder)
    : await openServed(servedByDefault(folder), folder, (name, why) => {
        process.stderr.write(`${name} is left out: ${why.message}\n`);
      });
  const server = await serve({
    models,
    host,
    port,
    key: options.key ?? process.env.JUXTA_SERVE_KEY,
    tools,
    ...(!quiet && {
      onRequest: ({ path, status, milliseconds }) => {
        process.stderr.write(`${status} ${path} ${Math.round(milliseconds)} ms\n`);
      },
    }),
  });
  tell({ baseUrl: server.baseUrl, models: models.map(({ id }) => id) });
  for (const { id } of models) say(id);
  say(`are served at ${server.baseUrl}; end with Ctrl-C`);
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
  return undefined;
};
