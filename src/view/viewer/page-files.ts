/** The page as it was built, read once: what is served is what was there when the server started. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JuxtaError } from '../../base/errors.ts';

export interface PageFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Whether its name changes with its content. */
  readonly immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Beside the sources and beside what is published alike. */
const built = fileURLToPath(new URL('../../../page/dist', import.meta.url));

/** By path, for example `/index.html`. @throws JuxtaError `no-page` */
export const pageFiles = (folder = built): ReadonlyMap<string, PageFile> => {
  if (!existsSync(join(folder, 'index.html')))
    throw new JuxtaError('no-page', `the page has not been built: there is no index.html in ${folder}`, {
      hint: 'build it by: npm run build:page',
    });
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names.flatMap(name => {
      const type = types[extname(name)];
      if (!type) return [];
      const path = `/${name.replaceAll('\\', '/')}`;
      const content = new Uint8Array(readFileSync(join(folder, name)));
      return [[path, { content, type, immutable: path.startsWith('/assets/') }]];
    }),
  );
};
