/**
 * Loads a module that the user wrote, in TypeScript or JavaScript. What it imports from `juxta` is this very package,
 * whether or not its own folder has it installed.
 */
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @throws whatever the module throws while it is loaded; `ERR_MODULE_NOT_FOUND` if there is none */
export const importUserModule = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  installHooks();
  return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
};

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
    resolve: (specifier, context, next) => next(specifier === 'juxta' ? index : specifier, context),
    load: (url, context, next) =>
      stripsTypesItself || !isTypeScript(url) ? next(url, context) : stripped(url),
  });
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
      next(specifier === 'juxta' ? ${JSON.stringify(index)} : specifier, context);
    export const load = (url, context, next) =>
      url.startsWith('file:') && /\\.m?ts$/.test(url)
        ? { format: 'module', source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8')), shortCircuit: true }
        : next(url, context);
  `;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(source)}`);
};
