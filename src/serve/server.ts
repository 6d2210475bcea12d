/**
 * An OpenAI-compatible server over any of our models, so that other people's clients can talk to a self-trained agent:
 * the list of models, chat completions, and responses.
 */
import { JuxtaError } from '../base/errors.ts';
import type { Tool } from '../environments/environment.ts';
import { requireKeyBeyondLoopback } from '../http/access.ts';
import { guardedApp } from '../http/app.ts';
import { type ListenOptions, listen } from '../http/listen.ts';
import type { Model } from '../models/model.ts';
import { addChat } from './chat.ts';
import { addModels, finderOf, modelProblemOf } from './models.ts';
import { addResponses } from './responses.ts';

export interface ServeOptions extends Pick<ListenOptions, 'host' | 'port' | 'onRequest'> {
  /** Served under their ids; the first also answers to `default`. */
  readonly models: readonly Model[];
  /** What clients must send as their API key. Required unless `host` is this machine's loopback. */
  readonly key?: string | undefined;
  /** What is known of tools beyond what clients send: an environment's, for the fields that a small model sees. */
  readonly tools?: readonly Tool[];
}

export interface RunningServer {
  /** For example `http://127.0.0.1:8123/v1`. */
  readonly baseUrl: string;
  /** Takes no new requests, cancels those in hand. */
  close(): Promise<void>;
}

/**
 * @example
 * const server = await serve({ models: [await openEmbeddedModel(path, { id: 'embedded:base' })], port: 8123 });
 * @throws JuxtaError `key-required`, `no-models`, `cannot-listen`
 */
export const serve = async (options: ServeOptions): Promise<RunningServer> => {
  const { models, host = '127.0.0.1', key } = options;
  if (models.length === 0) throw new JuxtaError('no-models', 'there is no model to serve');
  requireKeyBeyondLoopback(host, key, 'Give a key (JUXTA_SERVE_KEY), or bind to 127.0.0.1.');
  const app = guardedApp({ key, problemOf: modelProblemOf });
  const find = finderOf(models);
  const tools = new Map((options.tools ?? []).map(tool => [tool.name, tool]));
  addModels(app, models, find);
  addChat(app, find, tools);
  addResponses(app, find, tools);
  const { url, close } = await listen(app, options);
  return { baseUrl: `${url}/v1`, close };
};
