/** How the model of a spec is asked. The only file that knows the providers' packages. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type ChatClient, createChatClient } from './chat/client.ts';
import { directFetch } from './direct-fetch.ts';
import type { ModelSpec } from './spec.ts';

/** Asked by a client of our own, or through the AI SDK. */
export type Endpoint = ChatEndpoint | SdkEndpoint;

export interface ChatEndpoint {
  readonly ask: ChatClient;
}

export interface SdkEndpoint {
  readonly ask?: never;
  readonly model: LanguageModelV4;
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
  const settings = { apiKey: key ?? '', fetch: directFetch };
  switch (spec.provider) {
    case 'anthropic': {
      const baseURL = options.baseUrl ?? 'https://api.anthropic.com/v1';
      return { model: createAnthropic({ ...settings, baseURL })(spec.model) };
    }
    case 'google': {
      const baseURL = options.baseUrl ?? 'https://generativelanguage.googleapis.com/v1beta';
      return { model: createGoogle({ ...settings, baseURL })(spec.model) };
    }
    default: {
      const home = spec.provider === 'compatible' ? spec.baseUrl : 'https://api.openai.com/v1';
      const chat = { spec: options.spec, tell: options.tell, key, logProbabilities, sampleSeeds };
      return { ask: createChatClient({ ...chat, model: spec.model, baseUrl: options.baseUrl ?? home }) };
    }
  }
};
