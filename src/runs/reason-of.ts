import { JuxtaError } from '../base/errors.ts';
import { ModelError } from '../models/model.ts';
import { endpointFailed } from '../rollout/endpoint-failed.ts';
import { interrupted } from '../rollout/interrupted.ts';
import type { RunModels } from '../rollout/run-models.ts';

/** Why work that asks models ended early, in the words that its user needs. */
export const reasonOf = (thrown: unknown, runModels: RunModels, signal: AbortSignal | undefined): unknown => {
  if (signal?.aborted) return interrupted();
  if (!runModels.exhausted()) return thrown instanceof ModelError ? endpointFailed(thrown) : thrown;
  return new JuxtaError(
    'budget-spent',
    `the budget is used up (${runModels.note('ended')}); everything finished is kept`,
    {
      hint: 'raise --max-usd, --max-tokens or --max-calls',
    },
  );
};
