/** A request's body as text, up to a bound. */
import type { HonoRequest } from 'hono';
import { Problem } from './problem.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** @throws Problem 413 if it has more bytes than `mostBytes`, 415 if it is not sent as JSON */
export const jsonText = async (request: HonoRequest, mostBytes = MOST_BYTES): Promise<string> => {
  if (!/^application\/json\b/i.test(request.header('content-type') ?? '')) {
    throw new Problem(415, 'the body must be sent as application/json');
  }
  // Node reads no more of a body than its length says.
  const length = Number(request.header('content-length') ?? Number.NaN);
  if (length > mostBytes) throw tooLong(mostBytes);
  return Number.isNaN(length) ? await textOf(request.raw.body, mostBytes) : await request.text();
};

const textOf = async (body: ReadableStream<Uint8Array> | null, mostBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLong(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const tooLong = (mostBytes: number): Problem => new Problem(413, `the body has more than ${mostBytes} bytes`);
