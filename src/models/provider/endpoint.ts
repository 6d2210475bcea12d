/** The AI SDK's model for a spec. The only file that knows the providers' packages. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { type ChatClient, createChatClient } from './chat/client.ts';
import { directFetch } from './direct-fetch.ts';
import type { PromptStyle } from './prompt.ts';
import type { ModelSpec } from './spec.ts';

/** Asked by a client of our own, or through the AI SDK. */
export type Endpoint = ChatEndpoint | SdkEndpoint;

export interface ChatEndpoint {
  readonly batches: boolean;
  readonly ask: ChatClient;
}

export interface SdkEndpoint {
  readonly ask?: never;
  readonly style: PromptStyle;
  /** True if one request can ask for several samples. */
  readonly batches: boolean;
  /** The model that asks for this many samples. */
  readonly model: (samples: number) => LanguageModelV4;
  /** @param seeds one per sample, for endpoints that take them */
  readonly options: (seeds: readonly number[]) => SharedV4ProviderOptions;
}

export interface EndpointOptions {
  readonly key: string | undefined;
  /** The model's name in reports. */
  readonly spec: string;
  /** Told once of each thing that the endpoint turns out not to take. */
  readonly tell: (text: string) => void;
  /** Instead of the provider's own address (proxies, tests). */
  readonly baseUrl?: string | undefined;
  /** Ask for log-probabilities (OpenAI and compatible endpoints that offer them). */
  readonly logProbabilities?: boolean | undefined;
  /** Send the seed of every sample as `seeds`, beside OpenAI's `seed` and `n` (`juxta serve` understands it). */
  readonly sampleSeeds?: boolean | undefined;
}

export const openEndpoint = (spec: ModelSpec, options: EndpointOptions): Endpoint => {
  const { key, logProbabilities = false, sampleSeeds = false } = options;
  const apiKey = key ?? '';
  switch (spec.provider) {
    case 'openai': {
      const baseURL = options.baseUrl ?? 'https://api.openai.com/v1';
      return {
        style: 'openai',
        batches: true,
        model: remember(samples =>
          createOpenAI({ apiKey, baseURL, fetch: fetchSamples(samples) }).chat(spec.model),
        ),
        options: () => ({ openai: logProbabilities ? { logprobs: true } : {} }),
      };
    }
    case 'anthropic': {
      const baseURL = options.baseUrl ?? 'https://api.anthropic.com/v1';
      const model = createAnthropic({ apiKey, baseURL, fetch: directFetch })(spec.model);
      return { style: 'strict', batches: false, model: () => model, options: () => ({}) };
    }
    case 'google': {
      const baseURL = options.baseUrl ?? 'https://generativelanguage.googleapis.com/v1beta';
      const model = createGoogle({ apiKey, baseURL, fetch: directFetch })(spec.model);
      return { style: 'strict', batches: false, model: () => model, options: () => ({}) };
    }
    case 'compatible': {
      const { spec: name, tell, baseUrl = spec.baseUrl } = options;
      return {
        batches: true,
        ask: createChatClient({
          spec: name,
          model: spec.model,
          baseUrl,
          key,
          logProbabilities,
          sampleSeeds,
          tell,
        }),
      };
    }
  }
};

const remember = (make: (samples: number) => LanguageModelV4): ((samples: number) => LanguageModelV4) => {
  const made = new Map<number, LanguageModelV4>();
  return samples => {
    let model = made.get(samples);
    if (!model) {
      model = make(samples);
      made.set(samples, model);
    }
    return model;
  };
};

/** The SDK's OpenAI model has no setting for `n`, so it is put into the body on its way. */
const fetchSamples = (samples: number): typeof fetch => {
  if (samples === 1) return directFetch;
  return (input, init) => {
    const body = { ...(JSON.parse(String(init?.body)) as object), n: samples };
    return directFetch(input, { ...init, body: JSON.stringify(body) });
  };
};
