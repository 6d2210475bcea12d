/**
 * A server on this machine that speaks the fine-tuning protocols of OpenAI, Azure and Together, for tests. Each look at
 * a job brings it one state further; faults happen to the requests that they name, once each.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Fault {
  /** The beginning of `METHOD /path`. */
  readonly on: string;
  /** `cut` breaks the connection before anything is done, `lost` after it is done. */
  readonly kind: 'busy' | 'broken' | 'cut' | 'lost' | 'garbled';
  /** Sent with `busy`, in seconds. */
  readonly retryAfter?: number;
}

export interface HostedServerOptions {
  readonly protocol: 'openai' | 'azure' | 'together';
  readonly key: string;
  readonly faults?: readonly Fault[];
  /** The states that a job goes through. */
  readonly states?: readonly string[];
  readonly failure?: string;
  /** Looks at a file until it is ready. */
  readonly filePending?: number;
  /** Events on a page. */
  readonly page?: number;
}

export interface SeenJob {
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  looks: number;
  cancelled: boolean;
}

export interface HostedServer {
  readonly baseUrl: string;
  readonly requests: readonly string[];
  /** Uploaded files by id. */
  readonly files: ReadonlyMap<string, string>;
  readonly jobs: ReadonlyMap<string, SeenJob>;
  close(): Promise<void>;
}

type Reply = { readonly status: number; readonly json?: unknown; readonly headers?: Record<string, string> };

const STEPS = 5;

export const startHostedServer = async (options: HostedServerOptions): Promise<HostedServer> => {
  const { protocol, key, filePending = 0, page = 100 } = options;
  const faults = [...(options.faults ?? [])];
  const requests: string[] = [];
  const files = new Map<string, string>();
  const looks = new Map<string, number>();
  const jobs = new Map<string, SeenJob>();
  const ending = protocol === 'together' ? 'completed' : 'succeeded';
  const states = options.states ?? ['queued', 'running', 'running', ending];
  let baseUrl = '';

  const begin = (body: Readonly<Record<string, unknown>>): SeenJob => {
    const job = { id: `ftjob-${jobs.size + 1}`, body, looks: 0, cancelled: false };
    jobs.set(job.id, job);
    return job;
  };
  const statusOf = ({ looks, cancelled }: SeenJob): string =>
    cancelled ? 'cancelled' : states[Math.min(looks, states.length - 1)]!;
  /** Two steps are made between two looks. */
  const stepsOf = ({ looks }: SeenJob): number => Math.min(STEPS, 2 * looks);

  const openaiJob = (job: SeenJob): object => {
    const status = statusOf(job);
    return {
      id: job.id,
      object: 'fine_tuning.job',
      status,
      training_file: job.body.training_file,
      fine_tuned_model: status === 'succeeded' ? `ft:${job.body.model}:org::abc` : null,
      error:
        status === 'failed' ? { code: 'invalid_training_file', message: options.failure, param: null } : {},
    };
  };
  const openaiEvents = (job: SeenJob, after: string | null): object => {
    const all = Array.from({ length: stepsOf(job) }, (_, i) => ({
      id: `ftevent-${i + 1}`,
      object: 'fine_tuning.job.event',
      level: 'info',
      message: `Step ${i + 1}/${STEPS}: training loss=${(1 / (i + 1)).toFixed(2)}`,
      type: 'metrics',
      ...(protocol === 'openai' && { data: { step: i + 1, total_steps: STEPS, train_loss: 1 / (i + 1) } }),
    })).reverse();
    const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    return { object: 'list', data: all.slice(start, start + page), has_more: start + page < all.length };
  };
  const openai = (route: string, query: URLSearchParams, body: string): Reply => {
    const [, collection, id, action] =
      /^\w+ \/(files|fine_tuning\/jobs)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(route) ?? [];
    const created = protocol === 'azure' ? 201 : 200;
    if (collection === 'files') {
      const file = id ?? `file-${files.size + 1}`;
      if (!id) files.set(file, body);
      looks.set(file, (looks.get(file) ?? -1) + 1);
      const status = looks.get(file)! < filePending ? 'pending' : 'processed';
      return { status: id ? 200 : created, json: { id: file, object: 'file', status } };
    }
    const job = id === undefined ? undefined : jobs.get(id);
    if (id !== undefined && !job) return { status: 404, json: { error: { message: `no job ${id}` } } };
    if (!job && route.startsWith('POST'))
      return { status: created, json: openaiJob(begin(JSON.parse(body))) };
    if (!job) return { status: 200, json: { data: [...jobs.values()].map(openaiJob), has_more: false } };
    if (action === 'events') return { status: 200, json: openaiEvents(job, query.get('after')) };
    if (action === 'cancel') job.cancelled = true;
    else job.looks++;
    return { status: 200, json: openaiJob(job) };
  };

  const togetherJob = (job: SeenJob): object => {
    const status = statusOf(job);
    return {
      id: job.id,
      status,
      training_file: job.body.training_file,
      created_at: `2026-01-01T00:00:0${jobs.size}Z`,
      model_output_name: `me/${job.body.model}-${job.id}`,
      events: status === 'error' ? [{ type: 'job_error', message: options.failure }] : [],
    };
  };
  const together = (route: string, _: URLSearchParams, body: string): Reply => {
    const [, verb, collection, id, action] =
      /^(\w+) \/(files|fine-tunes|blob)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(route) ?? [];
    if (collection === 'blob') {
      files.set(id!, body);
      return { status: 200 };
    }
    if (collection === 'files' && action === 'preprocess') return { status: 200, json: { id } };
    if (collection === 'files') {
      const file = `file-${files.size + 1}`;
      const headers = { location: `${baseUrl}/blob/${file}`, 'x-together-file-id': file };
      return { status: 302, headers };
    }
    const job = id === undefined ? undefined : jobs.get(id);
    if (!job && verb === 'POST') return { status: 200, json: togetherJob(begin(JSON.parse(body))) };
    if (!job) return { status: 200, json: { data: [...jobs.values()].map(togetherJob) } };
    if (action === 'events') {
      const data = Array.from({ length: stepsOf(job) }, (_, i) => ({
        type: 'training_start',
        message: `step ${i + 1}`,
        created_at: `2026-01-01T00:00:0${i}Z`,
        step: i + 1,
        total_steps: STEPS,
      }));
      return { status: 200, json: { data } };
    }
    if (action === 'cancel') job.cancelled = true;
    else job.looks++;
    return { status: 200, json: togetherJob(job) };
  };

  const allowed = ({ headers }: IncomingMessage, route: string): boolean => {
    if (route.startsWith('PUT /blob')) return headers.authorization === undefined;
    return protocol === 'azure' ? headers['api-key'] === key : headers.authorization === `Bearer ${key}`;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const url = new URL(request.url!, 'http://server');
    const route = `${request.method} ${url.pathname.replace(/^\/v1/, '')}`;
    requests.push(route);
    const at = faults.findIndex(({ on }) => route.startsWith(on));
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'busy' || fault?.kind === 'broken') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter));
      const status = fault.kind === 'busy' ? 429 : 500;
      return send(response, { status, json: { error: { message: `fault with ${key}` } } });
    }
    if (!allowed(request, route))
      return send(response, { status: 401, json: { error: { message: `wrong key ${key}` } } });
    const reply = (protocol === 'together' ? together : openai)(route, url.searchParams, body);
    if (fault?.kind === 'lost') return void request.socket.destroy();
    if (fault?.kind === 'garbled') return void response.end('{"id": "ft');
    send(response, reply);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) => {
      send(response, { status: 500, json: { error: { message: String(thrown) } } });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    baseUrl,
    requests,
    files,
    jobs,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const send = (response: ServerResponse, { status, json, headers = {} }: Reply): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(json === undefined ? '' : JSON.stringify(json));
};

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
