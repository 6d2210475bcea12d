/** Who may ask: anybody on this machine; from elsewhere only those who have the key. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { JuxtaError } from '../base/errors.ts';
import { Problem } from './problem.ts';

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** @throws JuxtaError `key-required` if others could ask without one */
export const requireKeyBeyondLoopback = (host: string, key: string | undefined, hint: string): void => {
  if (isLoopback(host) || key) return;
  throw new JuxtaError('key-required', `${host} can be reached from other machines, and there is no key`, {
    hint,
  });
};

/** What a request says of itself; undefined where it does not say it. */
export interface Credentials {
  /** The key that it gives. */
  readonly key: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** @throws Problem 401 or 403 */
export const checkAccess = (given: Credentials, key: string | undefined): void => {
  if (key) {
    if (timingSafeEqual(digest(given.key ?? ''), digest(key))) return;
    throw new Problem(401, 'the key is missing or wrong', { code: 'invalid_api_key' });
  }
  // A web page that a browser on this machine shows must not ask in its user's name, under whatever name it finds us.
  const named = hostOf(given.host);
  const sender = given.origin === undefined ? named : hostOf(URL.parse(given.origin)?.host);
  if (isLoopback(named) && isLoopback(sender)) return;
  throw new Problem(403, 'without a key only programs on this machine are served');
};

/** The key of an `authorization: Bearer …` header. */
export const bearerKey = (authorization: string | undefined): string | undefined =>
  /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const hostOf = (header: string | undefined): string =>
  (header ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
