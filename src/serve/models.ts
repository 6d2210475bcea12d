/** The models that a server offers: found by id, and listed as OpenAI's clients expect them. */
import { JuxtaError } from '../base/errors.ts';
import { type App, nothingAt, route } from '../http/app.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { type Model, ModelError } from '../models/model.ts';

/** Finds a model by its id. @throws Problem 404 */
export type FindModel = (id: string) => Model;

/** The first of the models also answers to `default`. */
export const finderOf = (models: readonly Model[]): FindModel => {
  const byId = new Map(models.map(model => [model.id, model]));
  if (!byId.has('default')) byId.set('default', models[0]!);
  const ids = models.map(({ id }) => id).join(', ');
  return id => {
    const model = byId.get(id);
    if (model) return model;
    throw new Problem(404, `there is no model ${JSON.stringify(id)}; there is ${ids}`, {
      param: 'model',
      code: 'model_not_found',
    });
  };
};

const modelObject = ({ id }: Model): object => ({ id, object: 'model', created: 0, owned_by: 'juxta' });

/** `GET /v1/models` and `GET /v1/models/{id}`. */
export const addModels = (app: App, models: readonly Model[], find: FindModel): void => {
  route(app, '/v1/models', {
    GET: context => context.json({ object: 'list', data: models.map(modelObject) }),
  });
  route(app, '/v1/models/*', {
    GET: context => {
      // Ids hold slashes, and may come escaped.
      const [, id] = /\/v1\/models\/(.+)$/.exec(new URL(context.req.url).pathname) ?? [];
      if (id === undefined) throw nothingAt(context.req.path);
      return context.json(modelObject(find(decoded(id))));
    },
  });
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem(400, `${part} is not a name in an address`);
  }
};

/** What a model threw, as a problem that tells a request that is wrong from a model that failed. */
export const modelProblemOf = (thrown: unknown): Problem => {
  if (!(thrown instanceof ModelError)) return problemOf(thrown);
  if (thrown.fault === 'budget') return new Problem(429, thrown.message, { code: 'budget_exceeded' });
  if (thrown.fault === 'agent') return new Problem(422, thrown.message, { code: 'model_error' });
  // Its model could be asked, but not this: to try again would not help.
  if (thrown.cause instanceof JuxtaError)
    return new Problem(400, thrown.message, { code: thrown.cause.code });
  return new Problem(502, thrown.message, { code: 'model_unavailable' });
};
