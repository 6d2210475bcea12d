/** The viewer's routes: what the store holds as JSON, live changes, and the page itself at every other address. */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { JuxtaError } from '../../base/errors.ts';
import { firstIssue } from '../../base/zod-issue.ts';
import { bearerKey } from '../../http/access.ts';
import { type App, type Env, guardedApp, nothingAt, route } from '../../http/app.ts';
import { Problem, problemOf } from '../../http/problem.ts';
import type { StoreReader } from '../../store/reader.ts';
import type { Change, ConversationQuery, TreeQuery } from './api.ts';
import { comparisonDetail, conversationDetail, conversationPage, evaluationNames } from './evaluations.ts';
import { learningDetail } from './learning.ts';
import { liveChanges } from './live.ts';
import type { PageFile } from './page-files.ts';
import { runDetail, runSummaries } from './runs.ts';
import { stateDetail } from './states.ts';
import { treeDetail, treePage } from './trees.ts';

const KEY = 'juxta-key';

/** A browser gives the key once, in the address; from then on in a cookie. */
const keyOf = (context: Context<Env>): string | undefined =>
  bearerKey(context.req.header('authorization')) ?? context.req.query('key') ?? getCookie(context, KEY);

const cause = z.enum([
  ...(['goal', 'user-ended', 'environment-ended', 'turn-limit', 'agent-error', 'superseded'] as const),
  ...(['user-fault', 'environment-fault', 'infrastructure-fault', 'budget'] as const),
  ...(['context-length', 'content-filter'] as const),
]);
const count = z.coerce.number().int().nonnegative();
const treeQuery = z.object({
  stage: z.string(),
  search: z.string().optional(),
  type: z.string().optional(),
  outcome: z.enum(['full', 'partial', 'none', 'fault']).optional(),
  cause: cause.optional(),
  words: z.string().optional(),
  order: z.enum(['task', 'reward', 'nodes', 'newest']).optional(),
  offset: count.optional(),
  limit: count.max(500).optional(),
});
const treeKey = z.object({ stage: z.string(), task: z.string(), seed: z.coerce.number().int() });
const conversationQuery = z.object({
  stage: z.string(),
  search: z.string().optional(),
  outcome: z.enum(['success', 'failure', 'fault']).optional(),
  offset: count.optional(),
  limit: count.max(500).optional(),
});
const comparisonQuery = z.object({
  before: z.string(),
  beforeStage: z.string(),
  after: z.string(),
  afterStage: z.string(),
});
const nodeKey = treeKey.extend({ path: z.string() });

export interface ViewerOptions {
  readonly reader: StoreReader;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly key?: string | undefined;
}

export const viewerApp = ({ reader, files, key }: ViewerOptions): App => {
  const app = guardedApp({ key, keyOf, problemOf: storeProblemOf });
  const live = liveChanges(reader);

  route(app, '/api/runs', { GET: context => context.json(runSummaries(reader)) });
  route(app, '/api/runs/:run', {
    GET: context => context.json(runDetail(reader, runOf(context)) ?? missing(`run ${runOf(context)}`)),
  });
  route(app, '/api/runs/:run/trees', {
    GET: context => context.json(treePage(reader, runOf(context), queryOf(context, treeQuery) as TreeQuery)),
  });
  route(app, '/api/runs/:run/tree', {
    GET: context => {
      const key = { run: runOf(context), ...queryOf(context, treeKey) };
      return context.json(treeDetail(reader, key) ?? missing(`tree of ${key.task} in ${key.run}`));
    },
  });
  route(app, '/api/runs/:run/learning', {
    GET: context => context.json(learningDetail(reader, runOf(context))),
  });
  route(app, '/api/runs/:run/conversations', {
    GET: context => {
      const query = queryOf(context, conversationQuery) as ConversationQuery;
      return context.json(conversationPage(reader, runOf(context), query));
    },
  });
  route(app, '/api/runs/:run/conversation', {
    GET: context => {
      const key = { run: runOf(context), ...queryOf(context, treeKey) };
      return context.json(
        conversationDetail(reader, key) ?? missing(`conversation on ${key.task} in ${key.run}`),
      );
    },
  });
  route(app, '/api/evaluations', { GET: context => context.json(evaluationNames(reader)) });
  route(app, '/api/comparison', {
    GET: context => {
      const { before, beforeStage, after, afterStage } = queryOf(context, comparisonQuery);
      return context.json(comparisonDetail(reader, [before, beforeStage], [after, afterStage]));
    },
  });
  route(app, '/api/runs/:run/state', {
    // It runs tools: a POST, which no other web page can send without saying where it comes from.
    POST: async context => {
      const { path, ...key } = { run: runOf(context), ...queryOf(context, nodeKey) };
      return context.json(
        (await stateDetail(reader, key, path)) ?? missing(`node ${path} of ${key.task} in ${key.run}`),
      );
    },
  });
  route(app, '/api/live', {
    GET: context =>
      streamSSE(context, async stream => {
        const send = (change: Change): void =>
          void stream.writeSSE({ event: 'change', data: JSON.stringify(change) }).catch(() => undefined);
        await new Promise<void>(resolve => {
          const end = live.subscribe(send);
          stream.onAbort(() => {
            end();
            resolve();
          });
        });
      }),
  });
  route(app, '/api/*', {
    GET: context => {
      throw nothingAt(context.req.path);
    },
  });
  route(app, '/*', {
    GET: context => {
      if (key && context.req.query('key')) return withKeyKept(context, key);
      const file = files.get(context.req.path);
      if (!file && context.req.path.startsWith('/assets/')) throw nothingAt(context.req.path);
      return sent(context, file ?? files.get('/index.html')!);
    },
  });
  return app;
};

const runOf = (context: Context<Env>): string => context.req.param('run') ?? '';

/** @throws Problem 400 naming the parameter */
const queryOf = <T>(context: Context<Env>, schema: z.ZodType<T>): T => {
  const parsed = schema.safeParse(context.req.query());
  if (parsed.success) return parsed.data;
  const { field: param, message } = firstIssue(parsed.error);
  throw new Problem(400, `${param}: ${message}`, { param });
};

const missing = (what: string): never => {
  throw new Problem(404, `there is no ${what} (any more)`);
};

const withKeyKept = (context: Context<Env>, key: string): Response => {
  setCookie(context, KEY, key, { httpOnly: true, sameSite: 'Strict', path: '/' });
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.delete('key');
  // One slash: two would name another host.
  return context.redirect(
    `/${pathname.replace(/^\/+/, '')}${searchParams.size > 0 ? `?${searchParams}` : ''}`,
  );
};

const sent = (context: Context<Env>, { content, type, immutable }: PageFile): Response =>
  context.body(content, 200, {
    'content-type': type,
    'cache-control': immutable ? 'max-age=31536000, immutable' : 'no-cache',
  });

/** What is wrong with the store is said as it is: who looks at it is whom it concerns. */
const storeProblemOf = (thrown: unknown): Problem => {
  if (!(thrown instanceof JuxtaError)) return problemOf(thrown);
  const hint = thrown.hint ? ` (${thrown.hint})` : '';
  return new Problem(503, `${thrown.message}${hint}`, { code: thrown.code });
};
