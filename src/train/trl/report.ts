/** What `runner.py` reports of a training, and how it is followed while it is written. */
import { open, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

/** JSON has no numbers for these. */
const odd: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
const figure = z.union([z.number(), z.enum(['nan', 'inf', '-inf']).transform(text => odd[text]!)]);
const place = { step: z.int(), steps: z.int() };

const reported = z.discriminatedUnion('event', [
  /** What it is busy with, in words. */
  z.object({ event: z.literal('phase'), phase: z.string() }),
  /** The model's tokenizer and chat template are in the run's folder. */
  z.object({ event: z.literal('tokenizer') }),
  /** What the model's tokenizer makes of the rows: in tokens, and in numbers of rows from 1. */
  z.object({
    event: z.literal('measured'),
    rows: z.int(),
    longest: z.int(),
    maxLength: z.int().nullable(),
    /** Rows whose prompt alone fills `maxLength`, and the first of them. */
    dropped: z.int(),
    droppedRows: z.array(z.int()),
    /** Rows that lose their end. */
    cut: z.int(),
    /** Pairs whose two answers render as the same text, and the first of them. */
    equal: z.int(),
    equalRows: z.array(z.int()),
    /** Rows that held half of a character. */
    repaired: z.int(),
  }),
  /** The rows that TRL trains on. */
  z.object({ event: z.literal('kept'), rows: z.int() }),
  /** The first update is about to be made; `step` updates were made before. */
  z.object({ event: z.literal('begin'), ...place }),
  /** An update, with all of its figures by TRL's names; `at` is in seconds, from a time of its own. */
  z.object({ event: z.literal('log'), at: z.number(), ...place, metrics: z.record(z.string(), figure) }),
  z.object({ event: z.literal('end'), step: z.int() }),
  z.object({ event: z.literal('stopped') }),
  /** A Python exception. @example `torch.OutOfMemoryError` */
  z.object({ event: z.literal('error'), type: z.string(), message: z.string() }),
]);

export type Reported = z.infer<typeof reported>;

/** @throws if the line is not what the runner writes */
export const parseReported = (line: string): Reported => reported.parse(JSON.parse(line));

const LOOK_MS = 100;

export interface Follower {
  /** Reads what is left, and stops. @throws what `onReported` threw */
  stop(): Promise<void>;
}

/**
 * Follows a report from its beginning; what is in the file is an earlier process's, and is removed first.
 * @param onReported if it throws, nothing more is read, and `onFault` is told at once
 */
export const followReport = async (
  file: string,
  onReported: (one: Reported) => void,
  onFault: () => void,
): Promise<Follower> => {
  await rm(file, { force: true });
  const stopping = new AbortController();
  let rest = Buffer.alloc(0);
  let offset = 0;
  const read = async (): Promise<void> => {
    const handle = await open(file).catch(() => undefined);
    if (!handle) return;
    try {
      const { size } = await handle.stat();
      const fresh = Buffer.alloc(size - offset);
      const { bytesRead } = await handle.read(fresh, 0, fresh.length, offset);
      offset += bytesRead;
      rest = Buffer.concat([rest, fresh.subarray(0, bytesRead)]);
    } finally {
      await handle.close();
    }
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.toString('utf8', 0, end);
      rest = rest.subarray(end + 1);
      onReported(parseReported(line));
    }
  };
  const following = (async () => {
    while (!stopping.signal.aborted) {
      await read();
      await setTimeout(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    await read();
  })();
  following.catch(onFault);
  return {
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
};
