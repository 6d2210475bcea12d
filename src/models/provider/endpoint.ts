/** How the model of a spec is asked. The only file that knows the providers' packages that come with Juxta. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { type ChatClient, createChatClient } from './chat/client.ts';
import { directFetch } from './direct-fetch.ts';
import { createSdkClient } from './sdk/client.ts';
import { configuredModel, type SdkModel } from './sdk/configured.ts';
import { installedModel } from './sdk/installed.ts';
import type { ModelSpec } from './spec.ts';

export interface Endpoint {
  /** True if one request can ask for several samples. */
  readonly batches: boolean;
  readonly ask: ChatClient;
  /** Resolves when the endpoint can be asked. @throws JuxtaError if its package is not installed */
  readonly ready: () => Promise<unknown>;
}

export interface EndpointOptions {
  readonly key: string | undefined;
  /** The model's name in reports. */
  readonly spec: string;
  /** Called once for each thing that the endpoint turns out not to take. */
  readonly tell: (text: string) => void;
  /** Instead of the provider's own address (proxies, tests). */
  readonly baseUrl?: string | undefined;
  /** Ask for log-probabilities (OpenAI and compatible endpoints that offer them). */
  readonly logProbabilities?: boolean | undefined;
  /** Send the seed of every sample as `seeds`, beside OpenAI's `seed` and `n` (`juxta serve` understands it). */
  readonly sampleSeeds?: boolean | undefined;
}

export const openEndpoint = (spec: ModelSpec, options: EndpointOptions): Endpoint => {
  const { key, baseUrl } = options;
  const settings = { apiKey: key ?? '', fetch: directFetch };
  switch (spec.provider) {
    case 'anthropic': {
      const baseURL = baseUrl ?? 'https://api.anthropic.com/v1';
      const model = createAnthropic({ ...settings, baseURL })(spec.model);
      return sdkEndpoint(async () => model, options, false);
    }
    case 'google': {
      const baseURL = baseUrl ?? 'https://generativelanguage.googleapis.com/v1beta';
      const model = createGoogle({ ...settings, baseURL })(spec.model);
      return sdkEndpoint(async () => model, options, false);
    }
    case 'sdk':
      return sdkEndpoint(
        () => installedModel(spec.name, spec.model, { apiKey: key, baseURL: baseUrl }),
        options,
        true,
      );
    case 'configured':
      return sdkEndpoint(async () => configuredModel(spec.model)!, options, true);
    case 'openai':
      return chatEndpoint(spec.model, baseUrl ?? 'https://api.openai.com/v1', options);
    case 'compatible':
      return chatEndpoint(spec.model, baseUrl ?? spec.baseUrl, options);
  }
};

const chatEndpoint = (model: string, baseUrl: string, options: EndpointOptions): Endpoint => {
  const { spec, key, tell, logProbabilities = false, sampleSeeds = false } = options;
  const ask = createChatClient({ spec, model, baseUrl, key, tell, logProbabilities, sampleSeeds });
  return { batches: true, ask, ready: async () => undefined };
};

/** @param open what is asked for once, when the model is first needed */
const sdkEndpoint = (
  open: () => Promise<SdkModel>,
  { spec, key, tell }: EndpointOptions,
  seeds: boolean,
): Endpoint => {
  let opened: Promise<SdkModel> | undefined;
  const model = (): Promise<SdkModel> => {
    opened ??= open();
    return opened;
  };
  return { batches: false, ask: createSdkClient({ spec, key, model, seeds, tell }), ready: model };
};
