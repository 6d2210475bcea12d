/** Who may ask: anybody on this machine; from elsewhere only who has the key. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import { JuxtaError } from '../base/errors.ts';
import { Problem } from './problem.ts';

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** @throws JuxtaError `key-required` if others could ask without one */
export const requireKeyBeyondLoopback = (host: string, key: string | undefined): void => {
  if (isLoopback(host) || key) return;
  throw new JuxtaError('key-required', `${host} can be reached from other machines, and there is no key`, {
    hint: 'Give a key (JUXTA_SERVE_KEY), or bind to 127.0.0.1.',
  });
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** @throws Problem 401 or 403 */
export const checkAccess = (request: IncomingMessage, key: string | undefined): void => {
  if (key) {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(given), digest(key))) return;
    throw new Problem(401, 'the key is missing or wrong', { code: 'invalid_api_key' });
  }
  // A web page that a browser on this machine shows must not ask in its user's name, under whatever name it finds us.
  const named = hostOf(request.headers.host);
  const origin = request.headers.origin;
  const sender = origin === undefined ? named : URL.canParse(origin) ? hostOf(new URL(origin).host) : '';
  if (isLoopback(named) && isLoopback(sender)) return;
  throw new Problem(403, 'without a key only programs on this machine are served');
};

const hostOf = (header: string | undefined): string =>
  (header ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
