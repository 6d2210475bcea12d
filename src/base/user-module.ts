/**
 * Loads a module that the user wrote, in TypeScript or JavaScript, or a package that is installed where the command runs.
 * What it imports from `juxta` is this very package, whether or not its own folder has it installed.
 */
import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { JuxtaError, messageOf } from './errors.ts';

/**
 * @param name a path, or the name of a package
 * @throws whatever the module throws while it is loaded; `ERR_MODULE_NOT_FOUND` if there is none
 */
export const importUserModule = async (name: string): Promise<Readonly<Record<string, unknown>>> => {
  installHooks();
  const specifier = isPath(name) ? pathToFileURL(resolve(name)).href : `${packagePrefix}${name}`;
  return (await import(specifier)) as Record<string, unknown>;
};

/** What a user's module should have as its default export. */
export interface Expected<T> {
  /** @example 'environment' */
  readonly what: string;
  /** How such a module is written, in a line. */
  readonly example: string;
  isOne(value: unknown): value is T;
}

/** The default export of a user's module or package. @throws JuxtaError `bad-module` */
export const userDefault = async <T>(name: string, { what, example, isOne }: Expected<T>): Promise<T> => {
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = await importUserModule(name);
  } catch (thrown) {
    // An error of our own, from a function that the module calls, says by itself what to do.
    const { hint = 'see that it runs by itself: node FILE' } = thrown instanceof JuxtaError ? thrown : {};
    throw new JuxtaError('bad-module', `the ${what} ${name} cannot be loaded: ${messageOf(thrown)}`, {
      hint,
      cause: thrown,
    });
  }
  if (isOne(loaded.default)) return loaded.default;
  throw new JuxtaError('bad-module', `${name} has no ${what} as its default export`, {
    hint: example,
  });
};

/** Whether a name means a file, and not a package. */
export const isPath = (name: string): boolean =>
  /^[./\\]|^[A-Za-z]:[\\/]|\.[cm]?[jt]s$/.test(name) || existsSync(name);

/** Such a specifier is looked up from the folder in which the command runs. */
const packagePrefix = 'juxta-package:';

const own = import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js';
const index = new URL(own, import.meta.url).href;
let installed = false;

/** Hooks stay for the life of the thread: a module may import another only when it runs. */
const installHooks = (): void => {
  if (installed) return;
  installed = true;
  if ('registerHooks' in nodeModule) installInThread();
  else installOutOfThread();
};

const installInThread = (): void => {
  nodeModule.registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith(packagePrefix)
        ? next(specifier.slice(packagePrefix.length), {
            ...context,
            parentURL: pathToFileURL(resolve('noname.js')).href,
          })
        : withOwnZod(
            specifier,
            () => next(specifier === 'juxta' ? index : specifier, context),
            parent => next(specifier, { ...context, parentURL: parent }),
          ),
    load: (url, context, next) =>
      stripsTypesItself || !isTypeScript(url) ? next(url, context) : stripped(url),
  });
};

/** Where the user's folder has no zod yet, ours will do: a module runs before anything is installed beside it. */
const withOwnZod = <T>(specifier: string, usual: () => T, beside: (parent: string) => T): T => {
  if (specifier !== 'zod') return usual();
  try {
    return usual();
  } catch {
    return beside(index);
  }
};

/** Node 22.18 and later run TypeScript as it stands. */
const stripsTypesItself = Boolean(process.features.typescript);

const isTypeScript = (url: string): boolean => url.startsWith('file:') && /\.m?ts$/.test(url);

const stripped = (url: string) => ({
  format: 'module' as const,
  source: nodeModule.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8')),
  shortCircuit: true,
});

/** Node 22.13 and 22.14 know hooks in a thread of their own alone, which shares nothing with this one. */
const installOutOfThread = (): void => {
  const source = `
    import { readFileSync } from 'node:fs';
    import { stripTypeScriptTypes } from 'node:module';
    import { fileURLToPath } from 'node:url';
    export const resolve = (specifier, context, next) =>
      specifier.startsWith('${packagePrefix}')
        ? next(specifier.slice(${packagePrefix.length}), {
            ...context,
            parentURL: ${JSON.stringify(pathToFileURL(resolve('noname.js')).href)},
          })
        : specifier === 'zod'
          ? next(specifier, context).catch(() =>
              next(specifier, { ...context, parentURL: ${JSON.stringify(index)} }))
          : next(specifier === 'juxta' ? ${JSON.stringify(index)} : specifier, context);
    export const load = (url, context, next) =>
      url.startsWith('file:') && /\\.m?ts$/.test(url)
        ? { format: 'module', source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8')), shortCircuit: true }
        : next(url, context);
  `;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(source)}`);
};
