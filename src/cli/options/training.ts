/** Hyper-parameters, who trains, and what each trainer wants to know: its own options come from its schema. */
import { z } from 'zod';
import { builtInTrainers, defaultTrainer } from '../../train/registry.ts';
import { type OptionGroup, optionGroup, type ValuesOf } from './group.ts';

/** Without them, the trainer's defaults, which differ by method. */
export const trainingOptions = optionGroup('Training', {
  learningRate: z.number().min(0).max(1).optional().describe('peak learning rate'),
  epochs: z.int().min(1).optional().describe('passes over the data'),
  batchSize: z.int().min(1).optional().describe('sequences per update'),
  beta: z.number().min(0).max(100).optional().describe('KTO and DPO: how strongly to hold to the reference'),
  sftWeight: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'DPO of the embedded model: weight of the chosen replies’ own likelihood; more keeps it from drifting (default: 0.2)',
    ),
  loraRank: z.int().min(1).optional().describe('train low-rank adapters instead of all weights'),
});

export type TrainingOptions = ValuesOf<typeof trainingOptions>;

interface TrainerFlag {
  /** The option's name in its trainers' schema. */
  readonly name: string;
  /** The same on the command line and in a configuration file. */
  readonly flag: string;
  readonly owners: readonly string[];
  readonly schema: z.ZodType;
}

/** What the schema of a trainer's option says of its flag, for example `--poll <seconds>`. */
const flagMeta = z.object({ flag: z.string(), description: z.string() });

/** The flags of the trainers that Juxta comes with; what several trainers call alike is one flag. */
export const trainerFlags = (): readonly TrainerFlag[] => {
  const found = new Map<string, TrainerFlag>();
  for (const trainer of builtInTrainers)
    for (const [name, schema] of Object.entries(trainer.optionsSchema.shape)) {
      const meta = flagMeta.safeParse((schema as z.ZodType).meta());
      if (!meta.success) continue;
      const [, long = '', value] = /^--([\w-]+)(?: <(.*)>)?$/.exec(meta.data.flag) ?? [];
      const flag = long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const owners = [...(found.get(flag)?.owners ?? []), trainer.name];
      const description = `${owners.join(', ')}: ${meta.data.description}`;
      const given = withoutDefault(schema as z.ZodType).meta({ description, ...(value && { value }) });
      found.set(flag, { name, flag, owners, schema: given });
    }
  return [...found.values()];
};

/** What is not given is the trainer's to choose. A switch is off. */
const withoutDefault = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodDefault && !(schema.unwrap() instanceof z.ZodBoolean)
    ? (schema.unwrap() as z.ZodType).optional()
    : schema;

export interface TrainerOptions {
  readonly trainer: string;
  readonly set: readonly string[];
  readonly yes: boolean;
}

export const trainerOptions = optionGroup('Trainer', {
  trainer: z
    .string()
    .default(defaultTrainer)
    .meta({
      value: 'name',
      description: `one of: ${builtInTrainers.map(({ name }) => name).join(', ')}; or the path of a module`,
    }),
  set: z.array(z.string()).default([]).meta({
    value: 'settings',
    description:
      "NAME=VALUE: a trainer's own settings by its names (TRL's options; fields of a service's request)",
  }),
  yes: z.boolean().default(false).describe('services: begin without asking, whatever it costs'),
});

/** The trainers' own. */
export const trainerOwnOptions: OptionGroup = optionGroup(
  'Trainer',
  Object.fromEntries(trainerFlags().map(({ flag, schema }) => [flag, schema])),
);

/** What a round of self-training starts from, what it remembers, and how its model comes to be played. */
export const roundsOptions = optionGroup('Rounds', {
  rounds: z.int().min(1).default(1).describe('rounds of self-training'),
  base: z
    .string()
    .optional()
    .meta({ value: 'name', description: 'what the trainer starts from: trl: a folder or a name on the hub' }),
  from: z.enum(['base', 'last']).optional().meta({
    value: 'what',
    description:
      'each round trains from the base, or from the last round that was kept (default: last; trl: base)',
  }),
  mix: z
    .number()
    .min(0)
    .max(0.99)
    .default(0)
    .meta({ value: 'share', description: "share of a round's examples that earlier rounds add" }),
  served: z.string().optional().meta({
    value: 'template',
    description:
      'trl: how a trained model is reached, {id} standing for its id (default: as --model, with {id} after the #)',
  }),
  serveCommand: z.string().optional().meta({
    value: 'command',
    description:
      'trl: makes the server offer a new model; reads JUXTA_MODEL (its id), JUXTA_ADAPTER and JUXTA_BASE (folders)',
  }),
  serveTimeout: z.number().min(0).max(1e6).default(900).meta({
    value: 'seconds',
    description: 'how long a new model may take to answer for the first time',
  }),
});

export type RoundsOptions = ValuesOf<typeof roundsOptions>;
