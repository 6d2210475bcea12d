import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { openEnvironment } from '../../environments/open.ts';
import { projectFolder } from '../../runs/project/project.ts';
import { openServed, servedByDefault } from '../../runs/training/served.ts';
import { serve } from '../../serve/server.ts';
import { type EnvironmentOptions, environmentOf, whole, withEnvironment } from '../options/options.ts';
import { performLong, say, sayJson } from '../terminal/terminal.ts';

export interface Options extends EnvironmentOptions {
  readonly model?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly key?: string;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly folder: string;
}

export const addServe = (program: Command): void => {
  const command = program
    .command('serve')
    .description('serve models to other programs, as OpenAI’s chat completions and responses')
    .option(
      '--model <names...>',
      'which, named as elsewhere (default: the one that ships with Juxta, and all trained in this project)',
    );
  withEnvironment(command)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .addOption(
      new Option('--port <n>', 'where to listen; 0: any that is free')
        .default(8000)
        .argParser(whole(0, 65_535)),
    )
    .option(
      '--key <key>',
      'what clients must send; needed beyond this machine (better: in the variable JUXTA_SERVE_KEY)',
    )
    .option('--quiet', 'print no line per request', false)
    .option('--folder <path>', 'project folder', '.')
    .option('--json', 'print one JSON object: the address, and the models served there', false)
    .addHelpText(
      'after',
      `
The environment's tools tell a small model which fields of a result to read; others need none.

Examples:
  juxta serve
  juxta serve --model embedded:selftrain-1 --environment toolwoz --port 9000
  curl http://127.0.0.1:8000/v1/models`,
    )
    .action((options: Options) => performLong(signal => run(options, signal), options));
};

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
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
  if (options.json) sayJson({ baseUrl: server.baseUrl, models: models.map(({ id }) => id) });
  for (const { id } of models) say(id);
  say(`are served at ${server.baseUrl}; end with Ctrl-C`);
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
};
