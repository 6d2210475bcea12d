/** The trainers that Juxta comes with, one line each; anybody else's is a module or package that is named. */
import { JuxtaError } from '../base/errors.ts';
import { userDefault } from '../base/user-module.ts';
import { firstIssue } from '../base/zod-issue.ts';
import type { JsonObject } from '../dialogue/json.ts';
import { embedded } from './embedded/definition.ts';
import { azure, openai, together } from './hosted/definition.ts';
import type { Trainer } from './trainer.ts';
import { trl } from './trl/definition.ts';

export const builtInTrainers: readonly Trainer[] = [embedded, trl, openai, azure, together];

/** Who trains if nobody is named. */
export const defaultTrainer = embedded.name;

/** Which trainer, with its own options, as plain data that is stored with a run. */
export type TrainerSpec = { readonly options?: JsonObject } & (
  | { readonly name: string }
  /** The whole path of a file that exports a trainer as its default. */
  | { readonly module: string }
);

export const trainerTitle = (spec: TrainerSpec): string => ('name' in spec ? spec.name : spec.module);

/** @throws JuxtaError `unknown-trainer`, `bad-module` */
export const trainerOf = async (spec: TrainerSpec | undefined): Promise<Trainer> => {
  if (spec && 'module' in spec)
    return userDefault(spec.module, {
      what: 'trainer',
      example: 'export default defineTrainer({ … })',
      isOne: isTrainer,
    });
  const name = spec?.name ?? defaultTrainer;
  const trainer = builtInTrainers.find(one => one.name === name);
  if (trainer) return trainer;
  throw new JuxtaError('unknown-trainer', `there is no trainer called ${JSON.stringify(name)}`, {
    hint: `choose one of: ${builtInTrainers.map(one => one.name).join(', ')}; or name a module by its path`,
  });
};

const isTrainer = (value: unknown): value is Trainer => {
  const { name, optionsSchema, methods, check, train } = (value ?? {}) as Partial<Trainer>;
  return [
    typeof name === 'string',
    typeof optionsSchema?.safeParse === 'function',
    Array.isArray(methods),
    typeof check === 'function',
    typeof train === 'function',
  ].every(Boolean);
};

/**
 * The options of a spec as its trainer reads them.
 * @throws JuxtaError `bad-option` naming the option
 */
export const trainerOptions = (
  { name, optionsSchema }: Trainer,
  given: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => {
  const read = optionsSchema.safeParse(given);
  if (read.success) return read.data;
  const { field, message } = firstIssue(read.error);
  throw new JuxtaError('bad-option', `the trainer ${name}${field && `, option ${field}`}: ${message}`, {
    hint: `it takes: ${Object.keys(optionsSchema.shape).join(', ') || 'none'}`,
  });
};
