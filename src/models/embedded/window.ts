import type { Message } from '../../dialogue/message.ts';
import type { Codec, Encoded, EncodeOptions } from './codec.ts';

/**
 * The tokens of the newest messages that leave `room` tokens of the context free: the whole conversation if it fits,
 * otherwise without its oldest exchanges (an exchange begins with a user's message). What is left is encoded anew, so
 * that names of dropped messages free their slots.
 *
 * @returns undefined if even the last exchange does not fit
 * @throws CodecError
 */
export const encodeWithin = (
  codec: Codec,
  messages: readonly Message[],
  options: EncodeOptions,
  context: number,
  room: number,
): Encoded | undefined => {
  const fits = ({ tokens }: Encoded): boolean => tokens.length + room <= context;
  const whole = codec.encode(messages, options);
  if (fits(whole)) return whole;
  for (const [i, message] of messages.entries()) {
    if (i === 0 || message.role !== 'user') continue;
    const newest = codec.encode(messages.slice(i), options);
    if (fits(newest)) return newest;
  }
  return undefined;
};
