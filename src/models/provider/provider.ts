/**
 * Any LLM behind the `Model` port: chat completions by a client of our own, other protocols over the AI SDK.
 * One call here is one HTTP request; caching, retries, limits and budgets are laid around it (`stack`).
 */
import { JuxtaError } from '../../base/errors.ts';
import { addUsage, noUsage } from '../../dialogue/turn.ts';
import { abortedFault, RequestFault } from '../fault.ts';
import type { Observe } from '../layers/events.ts';
import type { Completion, Model } from '../model.ts';
import { withToolNames } from '../text-calls/names.ts';
import { faultOf } from './classify.ts';
import { type EndpointOptions, openEndpoint } from './endpoint.ts';
import { baseUrlFor, type Environment, keyFor, readEnvironment } from './keys.ts';
import { parseModelSpec } from './spec.ts';

export interface ProviderOptions extends Omit<EndpointOptions, 'key' | 'spec' | 'tell'> {
  /** Where keys are looked up (default: the process's environment, then `.env`). */
  readonly environment?: Environment | undefined;
  /** After this long without an answer a request is given up (default 120 000). */
  readonly timeoutMs?: number | undefined;
  readonly observe?: Observe | undefined;
}

/** A model whose request may ask for several samples at once, or not. */
export interface ProviderModel extends Model {
  readonly batches: boolean;
  /** Resolves when it can be asked. @throws JuxtaError `missing-provider`, `bad-provider` */
  readonly ready: () => Promise<void>;
}

/**
 * Opens a model by its name (`spec.ts`). Asked for `n` samples, it makes
 * one request and gives back as many completions as the endpoint gave: one, where the endpoint knows no `n`.
 *
 * @example
 * const model = stack(openProviderModel('http://localhost:8000/v1#llama'), { scheduler: createScheduler() });
 * @throws BadInputError if the spec cannot be read
 * @throws JuxtaError `missing-key`
 */
export const openProviderModel = (spec: string, options: ProviderOptions = {}): ProviderModel => {
  const parsed = parseModelSpec(spec);
  const environment = options.environment ?? readEnvironment();
  const key = keyFor(parsed, environment);
  const baseUrl = options.baseUrl ?? baseUrlFor(parsed, environment);
  const { timeoutMs = 120_000, observe } = options;
  const warned = new Set<string>();
  const warn = (text: string): void => {
    if (!warned.has(text)) observe?.({ type: 'warning', model: spec, text });
    warned.add(text);
  };
  const tell = (text: string): void => warn(`${spec}: ${text}`);
  const endpoint = openEndpoint(parsed, { ...options, baseUrl, key, spec, tell });
  return {
    id: spec,
    batches: endpoint.batches,
    ready: async () => {
      await endpoint.ready();
    },
    generate: async (request, signal) => {
      if (signal?.aborted) throw abortedFault(spec);
      const started = performance.now();
      const limit = timeLimit(timeoutMs, signal);
      try {
        const ended = (completions: readonly Completion[]): readonly Completion[] => {
          const usage = completions.reduce((sum, completion) => addUsage(sum, completion.usage), noUsage);
          observe?.({ type: 'call', model: spec, usage, milliseconds: performance.now() - started });
          return completions.map(completion => withToolNames(completion, request.tools));
        };
        return ended(await endpoint.ask(request, limit.signal));
      } catch (thrown) {
        if (thrown instanceof RequestFault || thrown instanceof JuxtaError) throw thrown;
        if (signal?.aborted) throw abortedFault(spec);
        if (limit.signal.aborted)
          throw new RequestFault('timeout', `${spec}: no answer within ${timeoutMs} ms`, {
            said: `no answer within ${timeoutMs} ms`,
          });
        throw faultOf(thrown, spec, key);
      } finally {
        limit.clear();
      }
    },
  };
};

/** A signal that fires with the caller's, or when the time is up. */
const timeLimit = (
  ms: number,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly clear: () => void } => {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  signal?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
};
