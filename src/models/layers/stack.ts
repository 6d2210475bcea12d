/** The layers around a model, in the one order that works. Leave out what you do not need. */

import type { Model } from '../model.ts';
import type { Price } from '../prices/price.ts';
import { readingTextCalls } from '../text-calls/layer.ts';
import { type Budget, budgeted } from './budget.ts';
import { caching } from './cache.ts';
import { coalescing } from './coalesce.ts';
import type { CompletionLog } from './completion-log.ts';
import type { Observe } from './events.ts';
import { fanningOut } from './fan-out.ts';
import { limited } from './limit.ts';
import { recording } from './record.ts';
import { type RetryOptions, retrying } from './retry.ts';
import type { Scheduler } from './scheduler.ts';
import { type ScreenOptions, screening } from './screen.ts';

export type ToolCallMode = 'native' | 'text';

export interface StackOptions {
  /** Siblings' requests go as one (see `coalescing`). */
  readonly coalesce?: boolean;
  /** Equal greedy requests are asked once, over all runs. */
  readonly cache?: CompletionLog | undefined;
  /** Unusable completions are sampled anew; not under the reference protocol. */
  readonly screen?: ScreenOptions | undefined;
  /** `text`: tool calls are read out of the text of replies. */
  readonly toolCalls?: ToolCallMode | undefined;
  /** Every answer is durable before it is used, and is not asked for again. */
  readonly record?: CompletionLog | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly scheduler?: Scheduler | undefined;
  /** Asked at each request: lower goes first. */
  readonly priority?: (() => number) | undefined;
  readonly budget?: Budget | undefined;
  readonly price?: Price | undefined;
  readonly observe?: Observe | undefined;
}

/**
 * From the caller inwards: siblings are gathered; greedy requests are shared and cached; bad samples are drawn again;
 * several samples fall apart into single requests where they must; calls are read out of texts; each answer is recorded; failed ones are retried;
 * each try waits for its turn; and only what the budget allows is sent.
 *
 * @throws JuxtaError `unknown-price`
 */
export const stack = (provider: Model & { readonly batches?: boolean }, options: StackOptions): Model => {
  const { observe, scheduler, budget, record, screen, cache } = options;
  const inText = options.toolCalls === 'text';
  const watching = observe ? { observe } : {};
  let model: Model = provider;
  if (budget) model = budgeted(model, budget, options.price);
  if (scheduler) model = limited(model, scheduler, options.priority ? { priority: options.priority } : {});
  if (options.retry) model = retrying(model, { ...watching, ...options.retry });
  if (record) model = recording(model, record, observe);
  if (inText) model = readingTextCalls(model, observe);
  model = fanningOut(model, { batch: provider.batches ?? true });
  if (screen) model = screening(model, { ...watching, ...screen });
  if (cache) model = caching(model, inText ? named('text calls', cache) : cache, observe);
  return options.coalesce ? coalescing(model) : model;
};

/** The same log under keys of their own: what was read otherwise is another answer. */
const named = (name: string, log: CompletionLog): CompletionLog => ({
  get: key => log.get(`${key} ${name}`),
  put: (key, completions) => log.put(`${key} ${name}`, completions),
});
