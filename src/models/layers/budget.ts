/**
 * Hard caps. Before a request is sent, its worst case is set aside, and it is sent only if everything spent and
 * everything set aside stays under the caps. What does not fit while others are in flight waits for them, since they
 * will hardly cost their worst; what does not fit alone ends the run's spending for good.
 */
import { JuxtaError } from '../../base/errors.ts';
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';
import { abortedFault, RequestFault } from '../fault.ts';
import { type Model, ModelError } from '../model.ts';
import { costOf, type Price } from '../prices/price.ts';
import { mostInputTokens } from './request-key.ts';
import type { SampleRequest } from './samples.ts';

export interface BudgetCaps {
  readonly maxUsd?: number;
  /** In and out together. */
  readonly maxTokens?: number;
  /** Requests that the endpoint did not turn away. */
  readonly maxCalls?: number;
}

export interface Spending {
  readonly usd: number;
  readonly tokens: number;
  readonly calls: number;
}

export const noSpending: Spending = { usd: 0, tokens: 0, calls: 0 };

export interface Budget {
  readonly caps: BudgetCaps;
  spent(): Spending;
  /** The worst that the requests in flight may add. */
  reserved(): Spending;
  /** True once a request had to be refused. */
  exhausted(): boolean;
  /** Sets `worst` aside; the result settles it. @throws ModelError `budget` */
  reserve(worst: Spending, model: string, signal?: AbortSignal): Promise<(spent: Spending) => void>;
}

const add = (a: Spending, b: Spending, sign: 1 | -1 = 1): Spending => ({
  usd: a.usd + sign * b.usd,
  tokens: a.tokens + sign * b.tokens,
  calls: a.calls + sign * b.calls,
});

/** One budget serves all models of a run. @param already what earlier processes of the run have spent */
export const createBudget = (caps: BudgetCaps = {}, already: Spending = noSpending): Budget => {
  let spent = already;
  let reserved = noSpending;
  let inFlight = 0;
  let exhausted = false;
  const waiting = new Set<() => void>();

  const over = (worst: Spending): string | undefined => {
    const total = add(add(spent, reserved), worst);
    if (caps.maxUsd !== undefined && total.usd > caps.maxUsd) return `${caps.maxUsd} USD`;
    if (caps.maxTokens !== undefined && total.tokens > caps.maxTokens) return `${caps.maxTokens} tokens`;
    if (caps.maxCalls !== undefined && total.calls > caps.maxCalls) return `${caps.maxCalls} calls`;
    return undefined;
  };

  const settle =
    (worst: Spending) =>
    (actual: Spending): void => {
      inFlight--;
      // Exact zero at rest, whatever the rounding of sums.
      reserved = inFlight === 0 ? noSpending : add(reserved, worst, -1);
      spent = add(spent, actual);
      for (const retry of [...waiting]) retry();
    };

  return {
    caps,
    spent: () => spent,
    reserved: () => reserved,
    exhausted: () => exhausted,
    reserve: (worst, model, signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(attempt);
          reject(abortedFault(model));
        };
        const attempt = (): void => {
          const cap = over(worst);
          const hopeless = cap !== undefined && inFlight === 0;
          if (hopeless) exhausted = true;
          if (cap !== undefined && !exhausted) {
            waiting.add(attempt);
            return;
          }
          waiting.delete(attempt);
          signal?.removeEventListener('abort', leave);
          if (exhausted) {
            reject(
              new ModelError('budget', `${model}: the budget is used up (${spendingText(spent, caps)})`),
            );
            for (const other of [...waiting]) other();
            return;
          }
          inFlight++;
          reserved = add(reserved, worst);
          resolve(settle(worst));
        };
        if (signal?.aborted) return leave();
        signal?.addEventListener('abort', leave, { once: true });
        attempt();
      }),
  };
};

const spendingText = (spent: Spending, caps: BudgetCaps): string =>
  [
    caps.maxUsd !== undefined && `${spent.usd.toFixed(4)} of ${caps.maxUsd} USD`,
    caps.maxTokens !== undefined && `${spent.tokens} of ${caps.maxTokens} tokens`,
    caps.maxCalls !== undefined && `${spent.calls} of ${caps.maxCalls} calls`,
  ]
    .filter(Boolean)
    .join(', ');

const spendingOf = (usage: Usage, price: Price | undefined): Spending => ({
  usd: price ? costOf(usage, price) : 0,
  tokens: usage.inputTokens + usage.outputTokens,
  calls: 1,
});

/** The most that a request can cost: every byte a token, every sample at full length, the prompt read for each. */
export const worstCase = (request: SampleRequest, price: Price | undefined): Spending => {
  const samples = request.n ?? 1;
  const one: Usage = { inputTokens: mostInputTokens(request), outputTokens: request.maxTokens };
  const each = spendingOf(one, price);
  return { usd: each.usd * samples, tokens: each.tokens * samples, calls: 1 };
};

/**
 * Spends only what the budget allows. Goes directly around the provider, inside retries: every try counts. A request
 * of which we do not know what it cost (cancelled, timed out, broken off, no usage in the answer) counts at its worst.
 *
 * @throws JuxtaError `unknown-price` at once, if dollars are capped and the model's price is unknown
 */
export const budgeted = (model: Model, budget: Budget, price: Price | undefined): Model => {
  if (budget.caps.maxUsd !== undefined && !price) {
    throw new JuxtaError(
      'unknown-price',
      `the price of ${model.id} is unknown, so dollars cannot be capped`,
      {
        hint: 'Give its price in a file of models.dev layout (--prices FILE), or cap tokens or calls instead.',
      },
    );
  }
  return {
    id: model.id,
    generate: async (request: SampleRequest, signal) => {
      const worst = worstCase(request, price);
      const settle = await budget.reserve(worst, model.id, signal);
      let actual = worst;
      try {
        const completions = await model.generate(request, signal);
        const usage = completions.reduce((sum, completion) => addUsage(sum, completion.usage), noUsage);
        if (usage.inputTokens > 0) actual = spendingOf(usage, price);
        return completions;
      } catch (thrown) {
        if (thrown instanceof RequestFault && !thrown.mayBePaid) actual = noSpending;
        throw thrown;
      } finally {
        settle(actual);
      }
    },
  };
};
