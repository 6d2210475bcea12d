/** What an environment says of itself before it is opened. */
import { z } from 'zod';
import type { Environment } from './environment.ts';

/** The splits of an environment by purpose. No task serves two purposes. */
export interface Purposes {
  readonly train: string;
  /** Its tasks decide whether a newly trained model is kept. */
  readonly gate: string;
  readonly test: string;
}

/** An environment before it is opened: what a module exports, and what `defineEnvironment` and its siblings give. */
export interface EnvironmentDefinition {
  readonly name: string;
  /** Under what licence its tasks and databases may be used, as hubs write it. */
  readonly licence: string;
  /**
   * The options that `open` takes, as plain data; unknown ones are refused. Each is a flag of the commands that play:
   * `leftOut` is `--left-out`. Its description is what `--help` says of it; `.meta({ value: 'path' })` names its value.
   */
  readonly options: z.ZodObject;
  readonly purposes: Purposes;
  /** Present if tasks are generated without end: how many of each purpose a self-training takes by default. */
  readonly generated?: { readonly train: number; readonly gate: number; readonly test: number };
  /** What a model that plays the user hangs up with, where its simulator leaves that to the environment. */
  readonly userStops?: readonly string[];
  /** Who plays the user if nobody is named: with a model for the user, and without. */
  readonly user: { readonly withModel: string; readonly scripted: string };
  /** Scripted agents that know how to play it; the first is suggested to who names another. */
  readonly scripts: readonly string[];
  /** Agents and users that go by a common name, but play another part here. */
  readonly aliases?: {
    readonly agents?: Readonly<Record<string, string>>;
    readonly users?: Readonly<Record<string, string>>;
  };
  /** Most tokens of one reply of an agent that is asked over a network. */
  readonly replyTokens: number;
  /** Most sessions it has open at once, if it plays in sessions and its option `sessions` says nothing else. */
  readonly sessions?: number;
  /** The same definition, with its files looked for in the folder of the module that exports it. */
  readonly beside?: (folder: string) => EnvironmentDefinition;
  /** @throws JuxtaError, BadInputError what is wrong with its data */
  open(options: unknown): Promise<Environment>;
}

/**
 * A definition whose `open` is given the options as its schema reads them. It loads the environment itself, so that whoever
 * only wants to know what there is need not.
 *
 * @example
 * export const hamlet = defineBuiltIn({ name: 'hamlet', options: z.strictObject({ seed: z.int().optional() }), …, open: openHamlet });
 */
export const defineBuiltIn = <Schema extends z.ZodObject>(
  definition: Omit<EnvironmentDefinition, 'open' | 'options'> & {
    readonly options: Schema;
    open(options: z.output<Schema>): Promise<unknown>;
  },
): EnvironmentDefinition => ({
  ...definition,
  open: async options => (await definition.open(options as z.output<Schema>)) as Environment,
});

/** The option of environments whose data are pulled. */
export const pulledData = z
  .string()
  .optional()
  .meta({ value: 'path', description: 'zip or folder to be used in place of pulled data' });
