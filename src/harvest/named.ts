/**
 * Filters and formats are asked for alike: by the name of a built-in one, or the module or package that has one as its
 * default export, and an argument after `=` where it takes one.
 */
import type { z } from 'zod';
import { JuxtaError } from '../base/errors.ts';
import { isPath, userDefault } from '../base/user-module.ts';
import { firstIssue } from '../base/zod-issue.ts';

export interface Named<Argument = unknown> {
  /** Lower case, with hyphens. */
  readonly name: string;
  /** What may stand after `=`; without it the part takes no argument. */
  readonly argument?: {
    /** What it means, in a word or two for messages. @example 'most examples per task' */
    readonly meaning: string;
    /** Reads the text; `undefined` where none is given, so a default belongs here. */
    readonly schema: z.ZodType<Argument>;
  };
}

/** The parts of one sort. */
export interface Registry<Part extends Named> {
  /** @example 'filter' */
  readonly what: string;
  readonly builtIn: readonly Part[];
  /** How a module that has one is written, in a line. */
  readonly example: string;
  isOne(value: unknown): value is Part;
}

/** A part with its argument, read by its schema. */
export interface Chosen<Part> {
  readonly part: Part;
  readonly argument: unknown;
}

/**
 * @param text `name`, `name=argument`, `./module.ts` or `package=argument`
 * @throws JuxtaError `unknown-filter`, `unknown-format` (by what is asked for), `bad-argument`, `bad-module`
 */
export const choose = async <Part extends Named>(
  text: string,
  registry: Registry<Part>,
): Promise<Chosen<Part>> => {
  const [name, given] = splitOnce(text);
  const part = registry.builtIn.find(each => each.name === name) ?? (await load(name, registry));
  return { part, argument: argumentOf(part, given, registry.what) };
};

/** For `--help`: the name, and whether an argument may follow. */
export const usage = ({ name, argument }: Named): string => (argument ? `${name}[=…]` : name);

const splitOnce = (text: string): readonly [string, string | undefined] => {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};

/** A word that is neither a path nor an installed package is most likely a misspelt name. */
const load = async <Part extends Named>(name: string, registry: Registry<Part>): Promise<Part> => {
  const { what, builtIn, example, isOne } = registry;
  try {
    return await userDefault(name, { what, example, isOne });
  } catch (thrown) {
    if (isPath(name) || !isNotInstalled(thrown)) throw thrown;
    throw new JuxtaError(`unknown-${what}`, `there is no ${what} ${JSON.stringify(name)}`, {
      hint: `One of: ${builtIn.map(usage).join(', ')}; or a module by its path, or an installed package.`,
    });
  }
};

const isNotInstalled = (thrown: unknown): boolean =>
  thrown instanceof JuxtaError &&
  ['ERR_MODULE_NOT_FOUND', 'ERR_INVALID_MODULE_SPECIFIER'].includes(
    (thrown.cause as NodeJS.ErrnoException | undefined)?.code ?? '',
  );

const argumentOf = ({ name, argument }: Named, given: string | undefined, what: string): unknown => {
  if (!argument) {
    if (given === undefined) return undefined;
    throw new JuxtaError(
      'bad-argument',
      `the ${what} ${name} takes no argument, but ${name}=${given} has one`,
      {
        hint: `Write ${name} alone.`,
      },
    );
  }
  const read = argument.schema.safeParse(given);
  if (read.success) return read.data;
  throw new JuxtaError('bad-argument', `${what} ${name}=${given ?? ''}: ${firstIssue(read.error).message}`, {
    hint: `What stands after = meaning: ${argument.meaning}.`,
  });
};
