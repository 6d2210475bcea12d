/**
 * What a run has spent, so that a cap holds over kills and resumes. The store keeps a figure that is never less than the
 * truth: it is raised, in steps, before a request is sent that could pass it, and set right at a clean end.
 */
import { type Budget, noSpending, type Spending } from '../models/layers/budget.ts';
import type { Store } from '../store/store.ts';

/** How far ahead of the truth the figure is raised, as a share of itself, so that few requests need a write. */
const HEADROOM = 0.02;

export interface Ledger {
  /** What earlier processes of the run have spent, at most. */
  readonly already: Spending;
  /** The same budget, which now writes down what it may spend before it does. */
  keep(budget: Budget): Budget;
  /** At a clean end: what was really spent. */
  settle(budget: Budget): Promise<void>;
}

export const openLedger = async (
  store: Pick<Store, 'spending' | 'saveSpending'>,
  run: string,
): Promise<Ledger> => {
  const { usd, tokens, calls } = (await store.spending(run)) ?? noSpending;
  const already: Spending = { usd, tokens, calls };
  let written = already;
  let writing: Promise<void> = Promise.resolve();
  const write = (figure: Spending): Promise<void> => {
    written = figure;
    writing = writing.then(() => store.saveSpending({ run, ...figure }));
    return writing;
  };
  return {
    already,
    keep: budget => ({
      ...budget,
      reserve: async (worst, model, signal) => {
        const settle = await budget.reserve(worst, model, signal);
        const spent = budget.spent();
        const reserved = budget.reserved();
        const most = {
          usd: spent.usd + reserved.usd,
          tokens: spent.tokens + reserved.tokens,
          calls: spent.calls + reserved.calls,
        };
        if (most.usd > written.usd || most.tokens > written.tokens || most.calls > written.calls)
          await write({
            usd: most.usd * (1 + HEADROOM),
            tokens: Math.ceil(most.tokens * (1 + HEADROOM)),
            calls: Math.ceil(most.calls * (1 + HEADROOM)),
          });
        else await writing;
        return settle;
      },
    }),
    settle: budget => write(budget.spent()),
  };
};
