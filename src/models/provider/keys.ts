/**
 * Keys come from the environment or from a `.env` file in the working directory, stay in closures, and go to the one
 * host they belong to. The file is read without being put into `process.env`, so that no child process inherits it.
 */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { BadInputError, JuxtaError, messageOf } from '../../base/errors.ts';
import { keyVariable, type ModelSpec } from './spec.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment over that of `.env`. @throws BadInputError if the file is there but unreadable */
export const readEnvironment = (file = '.env'): Environment => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return process.env;
    throw new BadInputError(file, messageOf(cause), { hint: 'It should hold lines NAME=value.' });
  }
  return { ...parseEnv(text.replace(/^\uFEFF/, '')), ...process.env };
};

const variables: Readonly<Record<'openai' | 'anthropic' | 'google', readonly string[]>> = {
  openai: ['OPENAI_API_KEY'],
  anthropic: ['ANTHROPIC_API_KEY'],
  google: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
};

/**
 * The key for a model; undefined for an endpoint without one (a local server).
 * @throws JuxtaError `missing-key` if the provider cannot do without
 */
export const keyFor = (spec: ModelSpec, environment: Environment): string | undefined => {
  if (spec.provider === 'configured') return undefined;
  if (spec.provider === 'compatible') return environment[keyVariable(new URL(spec.baseUrl))] || undefined;
  // Its package looks for a key elsewhere, too, and says what it misses.
  if (spec.provider === 'sdk') return environment[`${variableOf(spec.name)}_API_KEY`] || undefined;
  const names = variables[spec.provider];
  const key = names.map(name => environment[name]).find(Boolean);
  if (key) return key;
  throw new JuxtaError('missing-key', `${spec.provider}:${spec.model} needs a key`, {
    hint: `Set ${names[0]} in the environment or in a .env file in this folder.`,
  });
};

/** The address that a provider's own clients take from the environment: its key is meant for there. */
export const baseUrlFor = (spec: ModelSpec, environment: Environment): string | undefined => {
  if (spec.provider === 'compatible' || spec.provider === 'configured') return undefined;
  const variable = spec.provider === 'sdk' ? `${variableOf(spec.name)}_BASE_URL` : addresses[spec.provider];
  const url = environment[variable]?.trim();
  if (!url) return undefined;
  if (URL.canParse(url) && /^https?:/.test(url)) {
    const address = url.replace(/\/+$/, '');
    // Anthropic's own client adds the version, the AI SDK's does not.
    return spec.provider === 'anthropic' && new URL(address).pathname === '/' ? `${address}/v1` : address;
  }
  throw new BadInputError(variable, 'it is not the address of a server', {
    hint: 'Write it as https://HOST/v1, or leave it out.',
  });
};

/** @example variableOf('@openrouter/ai-sdk-provider') // 'OPENROUTER' */
const variableOf = (provider: string): string =>
  provider === 'gateway' || provider === '@ai-sdk/gateway'
    ? 'AI_GATEWAY'
    : provider
        .replace(/^@ai-sdk\//, '')
        .replace(/^@([\w.-]+)\/.*$/, '$1')
        .replace(/-?ai-provider(-v\d)?$|^ai-sdk-(provider-)?/, '')
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]+/g, '_');

const addresses = {
  openai: 'OPENAI_BASE_URL',
  anthropic: 'ANTHROPIC_BASE_URL',
  google: 'GOOGLE_GENERATIVE_AI_BASE_URL',
} as const;

/** Removes a key from a text that came from outside. */
export const redact = (text: string, key: string | undefined): string =>
  key ? text.replaceAll(key, '[key]') : text;
