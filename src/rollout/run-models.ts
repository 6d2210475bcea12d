/**
 * What stands behind the models of a run that are reached over a network: one scheduler per endpoint, one budget, and
 * the store's logs, so that no paid answer is asked for twice.
 */

import { RequestFault } from '../models/fault.ts';
import { type BudgetCaps, budgeted, createBudget, type Spending } from '../models/layers/budget.ts';
import { type Counts, type Observe, textsIn } from '../models/layers/events.ts';
import type { EndpointContact } from '../models/layers/retry.ts';
import { createScheduler, type Scheduler } from '../models/layers/scheduler.ts';
import { stack, type ToolCallMode } from '../models/layers/stack.ts';
import { cacheLog, runLog } from '../models/layers/store-logs.ts';
import type { Model } from '../models/model.ts';
import { type PriceList, readPrices } from '../models/prices/price.ts';
import { openProviderModel, type ProviderOptions } from '../models/provider/provider.ts';
import type { Store } from '../store/store.ts';
import { type CastSpec, isRemote, type Role } from './cast.ts';
import { openEventLog } from './event-log.ts';
import { openLedger } from './ledger.ts';

/** Limits of a run, as plain data. */
export interface Limits extends BudgetCaps {
  readonly maxInFlight?: number;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly timeoutSeconds?: number;
  /** Longest wait before a failed request is tried for the second time; it doubles from try to try (default 0.5). */
  readonly retrySeconds?: number;
  /** A price list that is laid over the one in the repository. */
  readonly prices?: string;
  /** Tasks at once (default: twice the requests in flight, or 32). */
  readonly parallel?: number;
  /** False: equal greedy requests are asked anew. */
  readonly cache?: boolean;
  /** `text`: tool calls are read out of the text of replies (default: only what the endpoint gives as calls). */
  readonly toolCalls?: ToolCallMode;
  /** The endpoint takes a seed for each sample of a request (`juxta serve` does). */
  readonly sampleSeeds?: boolean;
}

/** What a run has spent; `usd` is null where a price is unknown. */
export type Spent = Omit<Spending, 'usd'> & { readonly usd: number | null };

export interface RunModels {
  /**
   * @param observe also receives the events of the model opened here; without it, each name is opened once
   * @throws JuxtaError `missing-key`, `unknown-price`; BadInputError for a name that cannot be read
   */
  open(name: string, observe?: Observe): Model;
  /** Counts a line of the simulated user that could not be used. */
  userFault(kind: string): void;
  /** Counts a request by whose it is: spending does not tell the agent's from the user's. */
  asked(role: Role): void;
  /** Tasks at once. */
  readonly parallel: number;
  readonly prices: PriceList;
  /** Of all processes of the run. */
  counts(): Counts;
  /** Of all processes of the run. */
  spent(): Spent;
  /** Says how many leaves a task has alive. */
  alive(task: object, leaves: number): void;
  /** For progress lines; once a run has ended, without leaves and kinds of failures, which are reported separately. */
  note(when?: 'running' | 'ended'): string;
  /** True once a request had to be refused. */
  exhausted(): boolean;
  /** What shows that no further request will be answered: a wrong key, an unknown model, nobody at the address. */
  failure(): RequestFault | undefined;
  close(): Promise<void>;
}

const DEFAULT_PARALLEL = 32;

/** What all models at one address share. */
interface Endpoint extends EndpointContact {
  readonly scheduler: Scheduler;
}

/** @param protocol `reference`: unusable answers are taken as they are */
export const openRunModels = async (
  store: Store,
  run: string,
  limits: Limits,
  protocol: 'default' | 'reference',
): Promise<RunModels> => {
  const ledger = await openLedger(store, run);
  const plain = createBudget(limits, ledger.already);
  // Kept without a cap, too: one may be given when the run goes on.
  const budget = ledger.keep(plain);
  const prices = readPrices(limits.prices);
  const events = await openEventLog(store, run);
  const endpoints = new Map<string, Endpoint>();
  const opened = new Map<string, Model>();
  const leaves = new Map<object, number>();
  const endpointOf = (address: string): Endpoint => {
    const known = endpoints.get(address) ?? { scheduler: createScheduler(limits), answered: false };
    endpoints.set(address, known);
    return known;
  };
  let priced = true;
  let failure: RequestFault | undefined;
  const noticing = (model: Model): Model => {
    const refusals = { plain: countRefusals(), withTools: countRefusals() };
    return {
      id: model.id,
      generate: async (request, signal) => {
        const counted = request.tools.length > 0 ? refusals.withTools : refusals.plain;
        try {
          const completions = await model.generate(request, signal);
          counted.answered();
          return completions;
        } catch (thrown) {
          if (isFinal(thrown) || (thrown instanceof RequestFault && counted.hopeless(thrown)))
            failure ??= thrown;
          throw thrown;
        }
      },
    };
  };
  const open = (name: string, observe: Observe): Model => {
    const endpoint = endpointOf(addressOf(name));
    const price = prices.priceOf(name);
    if (!price) priced = false;
    const model = stack(openProviderModel(name, { ...providerOptions(limits), observe }), {
      coalesce: true,
      observe,
      retry: {
        endpoint,
        ...(limits.retrySeconds !== undefined && { baseMs: limits.retrySeconds * 1000 }),
      },
      scheduler: endpoint.scheduler,
      budget,
      price,
      record: runLog(store, run),
      ...(limits.cache !== false && { cache: cacheLog(store) }),
      ...(protocol === 'default' && { screen: {} }),
      toolCalls: limits.toolCalls,
    });
    return noticing(model);
  };
  const spent = (): Spent => {
    const spending = plain.spent();
    return priced || spending.calls === 0 ? spending : { ...spending, usd: null };
  };
  return {
    open: (name, observe) => {
      if (observe)
        return open(name, event => {
          events.observe(event);
          observe(event);
        });
      const model = opened.get(name) ?? open(name, events.observe);
      opened.set(name, model);
      return model;
    },
    userFault: events.userFault,
    asked: events.asked,
    parallel:
      limits.parallel ?? (limits.maxInFlight === undefined ? DEFAULT_PARALLEL : 2 * limits.maxInFlight),
    prices,
    counts: events.counts,
    spent,
    alive: (task, count) => {
      if (count === 0) leaves.delete(task);
      else leaves.set(task, count);
    },
    exhausted: plain.exhausted,
    failure: () => failure,
    note: (when = 'running') => {
      const alive = leaves.values().reduce((sum, count) => sum + count, 0);
      const [failed, mostFrequent] = failuresIn(events.counts());
      const running = when === 'running';
      const paused = Math.max(0, ...endpoints.values().map(({ scheduler }) => scheduler.state().pausedMs));
      return [
        ...(running && alive > 0 ? [`${alive} leaves`] : []),
        ...(running && paused >= 1000 ? [`waiting ${Math.round(paused / 1000)} s for the endpoint`] : []),
        spendingWords(spent(), limits.maxUsd),
        ...(failed > 0 ? [`${failed} failed${running ? ` (${mostFrequent})` : ''}`] : []),
      ].join(', ');
    },
    close: async () => {
      await events.close();
      await ledger.settle(plain);
    },
  };
};

/** @example spendingWords({ calls: 12, tokens: 3400, usd: 0.5 }, 2) // '12 calls, 3 k tokens, 0.5000 of 2 USD' */
export const spendingWords = ({ usd, tokens, calls }: Spent, maxUsd?: number): string => {
  const cap = maxUsd === undefined ? '' : ` of ${maxUsd}`;
  const cost = usd !== null && (usd > 0 || cap) ? [`${usd.toFixed(usd < 1 ? 4 : 2)}${cap} USD`] : [];
  return [`${calls} calls`, `${(tokens / 1000).toFixed(0)} k tokens`, ...cost].join(', ');
};

/** Requests in a row that no try got through, before anything was answered and after, that show that none will be. */
const HOPELESS_AT_FIRST = 3;
const HOPELESS_LATER = 40;

/** Tells when requests of one kind are refused one and all. */
const countRefusals = () => {
  let everAnswered = false;
  let inARow = 0;
  return {
    answered: (): void => {
      everAnswered = true;
      inARow = 0;
    },
    hopeless: (fault: RequestFault): boolean => {
      if (fault.kind === 'aborted' || fault.conversation) return false;
      return ++inARow >= (everAnswered ? HOPELESS_LATER : HOPELESS_AT_FIRST);
    },
  };
};

/** How many requests failed, and what most of them failed of. */
const failuresIn = (counts: Counts): readonly [failed: number, mostFrequent: string] => {
  const faults = Object.entries(counts)
    .filter(([name]) => isFailure(name))
    .sort(([, a], [, b]) => b - a);
  const failed = faults.reduce((sum, [, count]) => sum + count, 0);
  const kind = faults[0]?.[0].slice(FAULT.length) ?? '';
  const said = textsIn(counts, 'said')[0]?.text;
  return [failed, `${faults.length > 1 ? `mostly ${kind}` : kind}${said ? `: ${cut(said)}` : ''}`];
};

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

const FAULT = 'fault ';
/** What we cancelled ourselves did not fail. */
const isFailure = (name: string): boolean => name.startsWith(FAULT) && name !== `${FAULT}aborted`;

/** Wrong key, no credit, no access, no such model: the next request would fare no better. */
const FINAL_STATUS = [401, 402, 403, 404, 429];

const isFinal = (thrown: unknown): thrown is RequestFault =>
  thrown instanceof RequestFault &&
  (thrown.kind === 'unreachable' || (thrown.kind === 'refused' && FINAL_STATUS.includes(thrown.status ?? 0)));

const providerOptions = ({ timeoutSeconds, sampleSeeds }: Limits): ProviderOptions => ({
  ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1000 }),
  ...(sampleSeeds && { sampleSeeds }),
});

/** What shares a rate limit: a provider, or an address. */
const addressOf = (name: string): string => (/^https?:/.test(name) ? name.split('#') : name.split(':'))[0]!;

/**
 * Says before a run begins what would keep its models from being asked.
 * @throws JuxtaError `missing-key`, `unknown-price`; BadInputError for a name or price list that cannot be read
 */
export const checkModels = async (
  { model, userModel }: Pick<CastSpec, 'model' | 'userModel'>,
  limits: Limits,
): Promise<void> => {
  const prices = readPrices(limits.prices);
  for (const name of [model, userModel])
    if (name !== null && isRemote(name)) {
      const provider = openProviderModel(name);
      budgeted(provider, createBudget(limits), prices.priceOf(name));
      await provider.ready();
    }
};
