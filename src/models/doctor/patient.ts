/** The endpoint under examination: asked as a run would ask it, and, where it speaks chat completions, also by hand. */
import { addUsage, noUsage, type Usage } from '../../dialogue/turn.ts';
import type { SampleRequest } from '../layers/samples.ts';
import type { Completion } from '../model.ts';
import { directFetch } from '../provider/direct-fetch.ts';
import { baseUrlFor, keyFor, readEnvironment } from '../provider/keys.ts';
import { openProviderModel, type ProviderOptions } from '../provider/provider.ts';
import { parseModelSpec } from '../provider/spec.ts';

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface Patient {
  /** The model's name at its endpoint. */
  readonly model: string;
  /** True if requests carry a key. */
  readonly hasKey: boolean;
  /** @throws RequestFault */
  ask(request: Partial<SampleRequest>): Promise<readonly Completion[]>;
  /** A request as it is; undefined if the endpoint is only reached through a provider's own client. */
  readonly raw: ((method: 'GET' | 'POST', path: string, body?: object) => Promise<RawAnswer>) | undefined;
  /** What the endpoint turned out not to take. */
  warnings(): readonly string[];
  /** What the examination took so far. */
  taken(): { readonly requests: number; readonly usage: Usage };
}

/** @throws BadInputError, JuxtaError as `openProviderModel` */
export const admit = (spec: string, options: Pick<ProviderOptions, 'environment' | 'timeoutMs'>): Patient => {
  const environment = options.environment ?? readEnvironment();
  const parsed = parseModelSpec(spec);
  const key = keyFor(parsed, environment);
  const warnings = new Set<string>();
  let requests = 0;
  let usage = noUsage;
  const provider = openProviderModel(spec, {
    ...options,
    environment,
    logProbabilities: true,
    observe: event => {
      if (event.type === 'warning') warnings.add(event.text.slice(spec.length + 2));
    },
  });
  const address =
    parsed.provider === 'compatible'
      ? parsed.baseUrl
      : parsed.provider === 'openai'
        ? (baseUrlFor(parsed, environment) ?? 'https://api.openai.com/v1')
        : undefined;
  const raw = async (method: 'GET' | 'POST', path: string, body?: object): Promise<RawAnswer> => {
    requests++;
    const response = await directFetch(`${address}${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(options.timeoutMs ?? 120_000),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await response.text(),
    };
  };
  return {
    model: parsed.model,
    hasKey: key !== undefined,
    raw: address === undefined ? undefined : raw,
    warnings: () => [...warnings],
    taken: () => ({ requests, usage }),
    ask: async request => {
      requests++;
      const completions = await provider.generate({
        messages: [{ role: 'user', content: 'Say hello.' }],
        tools: [],
        temperature: 1,
        maxTokens: 64,
        seed: 1,
        ...request,
      });
      usage = completions.reduce((sum, completion) => addUsage(sum, completion.usage), usage);
      return completions;
    },
  };
};
