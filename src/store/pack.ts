import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { JuxtaError } from '../base/errors.ts';

/** No JSON text contains it: RFC 7464 separates texts by it for that reason. */
const separator = '\x1e';

/**
 * The JSON texts of a tree's turns as one compressed blob. The nodes of a tree say much the same: together they take a
 * sixth of the space, and no more time to write than they would plain.
 */
export const pack = (texts: readonly string[]): Uint8Array => {
  if (texts.some(text => text.includes(separator))) {
    throw new JuxtaError('bad-row', 'the turns of a node are not JSON text');
  }
  return deflateRawSync(texts.join(separator), { level: 1 });
};

export const unpack = (blob: Uint8Array): string[] => inflateRawSync(blob).toString('utf8').split(separator);
