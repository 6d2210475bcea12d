import { BadInputError } from '../../base/errors.ts';
import { configuredModel } from './sdk/configured.ts';

/** A model as it is named on the command line, taken apart. */
export type ModelSpec =
  | { readonly provider: 'openai'; readonly model: string }
  | { readonly provider: 'anthropic'; readonly model: string }
  | { readonly provider: 'google'; readonly model: string }
  | {
      /** A provider of the AI SDK that the user has installed, by its short name or its package's. */
      readonly provider: 'sdk';
      readonly name: string;
      readonly model: string;
    }
  | {
      /** A model object of `juxta.config.ts`; `model` is its name there. */
      readonly provider: 'configured';
      readonly model: string;
    }
  | {
      /** An OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, LM Studio, OpenRouter, `juxta serve`, … */
      readonly provider: 'compatible';
      /** Without a slash at its end. */
      readonly baseUrl: string;
      readonly model: string;
    };

const HINT =
  'Name a model as http://HOST:PORT/v1#MODEL, openai:MODEL, anthropic:MODEL, google:MODEL, PROVIDER:MODEL of an installed provider of the AI SDK, a name of `models` in juxta.config.ts, embedded:base or embedded:RUN.';

/**
 * @example parseModelSpec('http://localhost:8000/v1#llama') // { provider: 'compatible', baseUrl: …, model: 'llama' }
 * @throws BadInputError
 */
export const parseModelSpec = (spec: string): ModelSpec => {
  if (configuredModel(spec)) return { provider: 'configured', model: spec };
  if (!/^https?:/.test(spec)) {
    const [, name, model] = PROVIDER.exec(spec) ?? [];
    if (name === 'openai' || name === 'anthropic' || name === 'google') {
      if (model) return { provider: name, model };
    } else if (name !== undefined && model) return { provider: 'sdk', name, model };
    throw new BadInputError(`model ${spec}`, 'no such kind of model', { hint: HINT });
  }
  if (!URL.canParse(spec)) throw new BadInputError(`model ${spec}`, 'not a URL', { hint: HINT });
  const url = new URL(spec);
  if (url.username || url.password || url.search) {
    // The spec is stored with every run: it must not hold a secret, so it may not be shown here either.
    throw new BadInputError(`model at ${url.host}`, 'the address holds a user name, password or query', {
      hint: `Leave them out; put the endpoint's key into the variable ${keyVariable(url)}.`,
    });
  }
  const name = decodeURIComponent(url.hash.slice(1));
  if (!name) throw new BadInputError(`model ${spec}`, 'no model is named after #', { hint: HINT });
  return {
    provider: 'compatible',
    baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    model: name,
  };
};

/** A provider's short name has two letters at least: one would be a drive. */
const PROVIDER = /^(?!embedded:)((?:@[\w.-]+\/)?[a-z][\w.-]+):(?![\\/])(.+)$/s;

/** True if a name means a model that is reached over a network, and not one of this process. */
export const isProviderSpec = (name: string): boolean =>
  configuredModel(name) !== undefined || /^https?:\/\//.test(name) || PROVIDER.test(name);

/** The variable that holds an endpoint's key. Each host has its own, so that no key reaches another host. */
export const keyVariable = (url: URL): string =>
  `JUXTA_KEY_${url.host.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`;
