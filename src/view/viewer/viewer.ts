/** `juxta view`: a local page over a project's store. */
import { requireKeyBeyondLoopback } from '../../http/access.ts';
import { type ListenOptions, listen } from '../../http/listen.ts';
import { openStoreReader } from '../../store/reader.ts';
import { viewerApp } from './app.ts';
import { pageFiles } from './page-files.ts';

export interface ViewOptions extends Pick<ListenOptions, 'host' | 'port' | 'onRequest'> {
  /** The project's: its store lies in `.juxta` in there. */
  readonly folder: string;
  /** What browsers must give. Required unless `host` is this machine's loopback. */
  readonly key?: string | undefined;
}

export interface RunningViewer {
  /** What to open, the key included if there is one. */
  readonly url: string;
  close(): Promise<void>;
}

/** Model text is data and never markup: nothing but the page's own script and style is run, and it talks to us alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @throws JuxtaError `key-required`, `cannot-listen`, `no-page`, and whatever is wrong with the store */
export const openViewer = async ({ folder, key, ...at }: ViewOptions): Promise<RunningViewer> => {
  requireKeyBeyondLoopback(at.host ?? '127.0.0.1', key, 'Give a key (JUXTA_VIEW_KEY), or bind to 127.0.0.1.');
  const files = pageFiles();
  const reader = openStoreReader(folder);
  try {
    const headers = { 'content-security-policy': policy };
    const { url, close } = await listen(viewerApp({ reader, files, key }), { ...at, headers });
    return {
      url: key ? `${url}/?key=${encodeURIComponent(key)}` : `${url}/`,
      close: async () => {
        await close();
        reader.close();
      },
    };
  } catch (thrown) {
    reader.close();
    throw thrown;
  }
};
