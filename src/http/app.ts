/** What every server of ours shares: a guard before all routes, and problems in place of whatever is thrown. */
import type { HttpBindings } from '@hono/node-server';
import { type Context, type Handler, Hono } from 'hono';
import { bearerKey, checkAccess } from './access.ts';
import { Problem, problemOf, problemResponse } from './problem.ts';

export interface Env {
  Bindings: HttpBindings;
}
export type App = Hono<Env>;

export interface GuardOptions {
  /** What requests must give; without one only this machine is served. */
  readonly key: string | undefined;
  /** Where a request gives its key (default: `authorization: Bearer …`). */
  readonly keyOf?: (context: Context<Env>) => string | undefined;
  /** What a thrown error means to the client (default `problemOf`). */
  readonly problemOf?: (thrown: unknown) => Problem;
}

/** An app without routes that serves nobody who may not ask. */
export const guardedApp = ({
  key,
  keyOf = bearerKeyOf,
  problemOf: toProblem = problemOf,
}: GuardOptions): App => {
  const app: App = new Hono<Env>();
  app.use((context, next) => {
    const { req } = context;
    checkAccess({ key: keyOf(context), host: req.header('host'), origin: req.header('origin') }, key);
    return next();
  });
  app.notFound(({ req }) => problemResponse(nothingAt(req.path)));
  app.onError(thrown => problemResponse(toProblem(thrown)));
  return app;
};

const bearerKeyOf = ({ req }: Context<Env>): string | undefined => bearerKey(req.header('authorization'));

export const nothingAt = (path: string): Problem => new Problem(404, `there is nothing at ${path}`);

type Method = 'GET' | 'POST' | 'DELETE';

/** Adds what there is at a path; any other method there is answered with 405. */
export const route = (
  app: App,
  path: string,
  handlers: Readonly<Partial<Record<Method, Handler<Env>>>>,
): void => {
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler);
  app.all(path, () => {
    throw new Problem(405, `use ${Object.keys(handlers).join(' or ')} here`);
  });
};
