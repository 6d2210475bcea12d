/**
 * What stands behind the models of a run that are reached over a network: one scheduler per endpoint, one budget, and
 * the store's logs, so that no paid answer is asked for twice.
 */
import { type BudgetCaps, createBudget, type Spending } from '../models/budget.ts';
import { type Counts, createTally } from '../models/events.ts';
import type { Model } from '../models/model.ts';
import { readPrices } from '../models/prices/price.ts';
import { openProviderModel } from '../models/provider/provider.ts';
import { createScheduler, type Scheduler } from '../models/scheduler.ts';
import { stack } from '../models/stack.ts';
import { cacheLog, runLog } from '../models/store-logs.ts';
import type { Store } from '../store/store.ts';
import { openLedger } from './ledger.ts';

/** Limits of a run, as plain data. */
export interface Limits extends BudgetCaps {
  readonly maxInFlight?: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly timeoutSeconds?: number;
  /** A price list that is laid over the one in the repository. */
  readonly prices?: string;
  /** Tasks at once (default: twice the requests in flight, or 32). */
  readonly parallel?: number;
  /** False: equal greedy requests are asked anew. */
  readonly cache?: boolean;
}

export interface Backing {
  /** @throws JuxtaError `missing-key`, `unknown-price`; BadInputError for a name that cannot be read */
  open(name: string): Model;
  /** Tasks at once. */
  readonly parallel: number;
  counts(): Counts;
  spent(): Spending;
  /** For progress lines. */
  note(): string;
  /** True once a request had to be refused. */
  exhausted(): boolean;
  close(): Promise<void>;
}

const DEFAULT_PARALLEL = 32;

/** @param protocol `reference`: unusable answers are taken as they are */
export const openBacking = async (
  store: Store,
  run: string,
  limits: Limits,
  protocol: 'default' | 'reference',
): Promise<Backing> => {
  const ledger = await openLedger(store, run);
  const plain = createBudget(limits, ledger.already);
  const capped = [limits.maxUsd, limits.maxTokens, limits.maxCalls].some(cap => cap !== undefined);
  const budget = capped ? ledger.keep(plain) : plain;
  const prices = readPrices(limits.prices);
  const tally = createTally();
  const schedulers = new Map<string, Scheduler>();
  const opened = new Map<string, Model>();
  const schedulerOf = (endpoint: string): Scheduler => {
    const known = schedulers.get(endpoint) ?? createScheduler(limits);
    schedulers.set(endpoint, known);
    return known;
  };
  const open = (name: string): Model => {
    const { observe } = tally;
    const timeoutMs = limits.timeoutSeconds === undefined ? {} : { timeoutMs: limits.timeoutSeconds * 1000 };
    return stack(openProviderModel(name, { observe, ...timeoutMs }), {
      coalesce: true,
      observe,
      retry: {},
      scheduler: schedulerOf(name.split('#')[0]!.split(/:(?!\/\/)/)[0]!),
      budget,
      price: prices.priceOf(name),
      record: runLog(store, run),
      ...(limits.cache !== false && { cache: cacheLog(store) }),
      ...(protocol === 'default' && { screen: {} }),
    });
  };
  return {
    open: name => {
      const model = opened.get(name) ?? open(name);
      opened.set(name, model);
      return model;
    },
    parallel:
      limits.parallel ?? (limits.maxInFlight === undefined ? DEFAULT_PARALLEL : 2 * limits.maxInFlight),
    counts: tally.counts,
    spent: plain.spent,
    exhausted: plain.exhausted,
    note: () => {
      const { usd, tokens, calls } = plain.spent();
      const cap = limits.maxUsd === undefined ? '' : ` of ${limits.maxUsd}`;
      const money = usd > 0 || cap ? `, ${usd.toFixed(usd < 1 ? 4 : 2)}${cap} USD` : '';
      return `${calls} calls, ${(tokens / 1000).toFixed(0)} k tokens${money}`;
    },
    close: () => ledger.settle(plain),
  };
};
