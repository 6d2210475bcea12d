/** Providers of the AI SDK that the user has installed, found by their short names. */
import { JuxtaError, messageOf } from '../../../base/errors.ts';
import { importUserModule } from '../../../base/user-module.ts';
import { directFetch } from '../direct-fetch.ts';
import { isSdkModel, type SdkModel } from './configured.ts';

export interface ProviderSettings {
  /** Undefined: the provider's package looks for it where it will. */
  readonly apiKey: string | undefined;
  readonly baseURL: string | undefined;
}

/** Under what names the packages of a provider are published. */
const packagesOf = (name: string): readonly string[] =>
  name.includes('/')
    ? [name]
    : [
        `@ai-sdk/${name}`,
        `@${name}/ai-sdk-provider`,
        `${name}-ai-provider`,
        `${name}-ai-provider-v2`,
        `ai-sdk-provider-${name}`,
        `ai-sdk-${name}`,
        `@${name}/ai-provider`,
      ];

/**
 * The model of an installed provider.
 *
 * @param name `groq`, or a package's whole name
 * @throws JuxtaError `missing-provider` if no such package is installed where the command runs, `bad-provider` if it is
 * no provider of the AI SDK
 */
export const installedModel = async (
  name: string,
  model: string,
  settings: ProviderSettings,
): Promise<SdkModel> => {
  const packages = packagesOf(name);
  for (const each of packages) {
    const loaded = await load(each);
    if (!loaded) continue;
    const made = modelIn(loaded, name, model, settings);
    if (made) return made;
    throw new JuxtaError('bad-provider', `${each} makes no language model for the AI SDK 5 or later`, {
      hint: `npm install ${each}@latest`,
    });
  }
  throw new JuxtaError(
    'missing-provider',
    `${name}:${model} needs a provider of the AI SDK, and none is installed here (looked for ${packages.join(', ')})`,
    {
      hint: `npm install ${packages[0]}; or name an OpenAI-compatible address: https://HOST/v1#${model}`,
    },
  );
};

type Loaded = Readonly<Record<string, unknown>>;

const load = async (name: string): Promise<Loaded | undefined> => {
  try {
    return await importUserModule(name);
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    if (missing && messageOf(thrown).includes(`'${name}'`)) return undefined;
    throw new JuxtaError('bad-provider', `${name} cannot be loaded: ${messageOf(thrown)}`, {
      hint: `npm install ${name}@latest`,
      cause: thrown,
    });
  }
};

/** Packages export a factory, `createGroq`, and most a provider made with it. */
const modelIn = (
  loaded: Loaded,
  name: string,
  model: string,
  { apiKey, baseURL }: ProviderSettings,
): SdkModel | undefined => {
  const plain = name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
  const factories = Object.keys(loaded).filter(each => /^create[A-Z]/.test(each));
  const named = factories.find(each => each.toLowerCase() === `create${plain}`) ?? factories[0];
  const factory = named === undefined ? undefined : loaded[named];
  const settings = { ...(apiKey && { apiKey }), ...(baseURL && { baseURL }), fetch: directFetch };
  const provider = isFunction(factory) ? factory(settings) : (loaded[name] ?? loaded.default);
  const made =
    hasLanguageModel(provider) && isFunction(provider.languageModel)
      ? provider.languageModel(model)
      : isFunction(provider)
        ? provider(model)
        : undefined;
  return isSdkModel(made) ? made : undefined;
};

const isFunction = (value: unknown): value is (argument: unknown) => unknown => typeof value === 'function';

const hasLanguageModel = (value: unknown): value is { readonly languageModel: unknown } =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && 'languageModel' in value;
