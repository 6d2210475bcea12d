/** Models by name, for who asks them directly. */
import { openEmbeddedModel } from '../models/embedded/model.ts';
import { type BudgetCaps, createBudget } from '../models/layers/budget.ts';
import type { Observe } from '../models/layers/events.ts';
import { createScheduler, type SchedulerOptions } from '../models/layers/scheduler.ts';
import { stack } from '../models/layers/stack.ts';
import type { Model } from '../models/model.ts';
import { resolveModel } from '../models/open.ts';
import { readPrices } from '../models/prices/price.ts';
import { openProviderModel } from '../models/provider/provider.ts';
import { isRemote } from '../rollout/cast.ts';
import { projectFolder } from '../runs/project/project.ts';

/** What a model may cost, and how fast it is asked. */
export interface OpenModelOptions extends BudgetCaps, SchedulerOptions {
  /** Where `embedded:RUN` is looked for (default: the working folder). */
  readonly folder?: string;
  /** Told of every request, failure and retry. */
  readonly observe?: Observe;
}

/**
 * Opens a model by name: `embedded:base`, `embedded:RUN`, a weights file, `openai:MODEL`, `anthropic:MODEL`,
 * `google:MODEL` or `http://HOST/v1#MODEL`. Requests over a network are retried, kept within rate limits and a budget, and samples
 * that cannot be used are drawn again.
 *
 * @example
 * const model = await openModel('http://localhost:8000/v1#llama', { maxInFlight: 8, maxUsd: 1 });
 * const [reply] = await model.generate({ messages: [{ role: 'user', content: 'Hello' }], tools: [], temperature: 0, maxTokens: 64, seed: 1 });
 * @throws JuxtaError `unknown-model`, `missing-key`, `unknown-price`; BadInputError for a name that cannot be read
 */
export const openModel = async (name: string, options: OpenModelOptions = {}): Promise<Model> => {
  const { folder = '.', observe, ...limits } = options;
  if (!isRemote(name))
    return openEmbeddedModel(await resolveModel(name, projectFolder(folder)), { id: name });
  return stack(openProviderModel(name, observe ? { observe } : {}), {
    coalesce: true,
    screen: {},
    retry: { endpoint: { answered: false } },
    scheduler: createScheduler(limits),
    budget: createBudget(limits),
    price: readPrices(undefined).priceOf(name),
    observe,
  });
};
