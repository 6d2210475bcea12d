import { BadInputError } from '../../base/errors.ts';

/** A model as it is named on the command line, taken apart. */
export type ModelSpec =
  | { readonly provider: 'openai' | 'anthropic' | 'google'; readonly model: string }
  | {
      /** An OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, LM Studio, OpenRouter, `juxta serve`, … */
      readonly provider: 'compatible';
      /** Without a slash at its end. */
      readonly baseUrl: string;
      readonly model: string;
    };

const HINT =
  'Name a model as openai:MODEL, anthropic:MODEL, google:MODEL, http://HOST:PORT/v1#MODEL, embedded:base or embedded:RUN.';

/**
 * @example parseModelSpec('http://localhost:8000/v1#llama') // { provider: 'compatible', baseUrl: …, model: 'llama' }
 * @throws BadInputError
 */
export const parseModelSpec = (spec: string): ModelSpec => {
  const [, provider, model] = /^(openai|anthropic|google):(.+)$/s.exec(spec) ?? [];
  if (provider && model) return { provider: provider as 'openai' | 'anthropic' | 'google', model };
  if (!/^https?:/.test(spec))
    throw new BadInputError(`model ${spec}`, 'no such kind of model', { hint: HINT });
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

/** The variable that holds an endpoint's key. Each host has its own, so that no key reaches another host. */
export const keyVariable = (url: URL): string =>
  `JUXTA_KEY_${url.host.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`;
