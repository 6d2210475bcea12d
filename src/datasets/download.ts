import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { JuxtaError, messageOf } from '../base/errors.ts';

/** How far a file is: its bytes so far, and how many there will be if the server says so. */
export type Advance = (bytes: number, total: number | undefined) => void;

const WAY_OUT =
  'Without a network, give a mirror or a local copy with --from: the URL that stands for the public host, a folder, or a zip.';

/**
 * Downloads a URL into `part`. What an earlier, broken download left there is kept and the rest asked for; a
 * server that does not know ranges sends all again. Nothing is retried: the next call goes on where this one stopped.
 * @throws JuxtaError `network` if the server cannot be reached or the connection breaks, `not-found`, `http`
 */
export const download = async (
  url: string,
  part: string,
  onAdvance: Advance,
  signal?: AbortSignal,
): Promise<void> => {
  const have = (await stat(part).catch(() => undefined))?.size ?? 0;
  const response = await request(url, have, signal);
  if (response.status === 416 && have > 0) {
    await response.body?.cancel();
    if (totalOf(response) === have) return;
    await rm(part);
    return download(url, part, onAdvance, signal);
  }
  const resumed = response.status === 206 && startOf(response) === have;
  if (!response.body || (response.status !== 200 && !resumed)) {
    await response.body?.cancel();
    throw refusal(url, response);
  }
  let bytes = resumed ? have : 0;
  const total = totalOf(response);
  onAdvance(bytes, total);
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
      onAdvance(bytes, total);
    }
  };
  try {
    await pipeline(
      response.body,
      counted,
      createWriteStream(part, { flags: resumed ? 'a' : 'w', flush: true }),
      {
        ...(signal && { signal }),
      },
    );
  } catch (cause) {
    signal?.throwIfAborted();
    if (isWriteError(cause)) {
      throw new JuxtaError('cannot-write', `${part} cannot be written (${messageOf(cause)})`, { cause });
    }
    throw new JuxtaError('network', `${url} broke off after ${bytes} bytes (${reasonOf(cause)})`, {
      cause,
      hint: 'What has come is kept: run the same command again to go on from there.',
    });
  }
};

const request = async (url: string, from: number, signal: AbortSignal | undefined): Promise<Response> => {
  // Compressed answers would make ranges and lengths those of other bytes.
  const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
  try {
    return await fetch(url, { headers, ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new JuxtaError('network', `${url} cannot be reached (${reasonOf(cause)})`, {
      cause,
      hint: WAY_OUT,
    });
  }
};

const refusal = (url: string, { status, statusText }: Response): JuxtaError =>
  status === 404
    ? new JuxtaError('not-found', `${url} does not exist`, {
        hint: 'A mirror has each file at <mirror>/<owner>/<repository>/<commit>/<path>.',
      })
    : new JuxtaError('http', `${url} answered ${status} ${statusText}`, { hint: WAY_OUT });

const isWriteError = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  'syscall' in thrown &&
  ['open', 'write', 'fsync'].includes(String(thrown.syscall));

/** `fetch` hides what happened (a name that cannot be resolved, say) in its error's cause. */
const reasonOf = (thrown: unknown): string =>
  messageOf(thrown instanceof Error && thrown.cause ? thrown.cause : thrown) || 'no reason given';

/** Of `content-range: bytes 5-9/10`: 5. */
const startOf = (response: Response): number =>
  Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);

/** The whole file's length: the last number of a content range, or the length of a whole answer. */
const totalOf = (response: Response): number | undefined => {
  const range = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  const length = range ?? (response.status === 200 ? response.headers.get('content-length') : null);
  return length === null ? undefined : Number(length);
};
