import { z } from 'zod';
import { defaultFilters, filters, paperFilters } from '../../harvest/filters.ts';
import { formats } from '../../harvest/formats/formats.ts';
import { usage } from '../../harvest/named.ts';
import { minRewardOptions, projectOptions } from '../options/common.ts';
import { optionGroup } from '../options/group.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const treeOptions = optionGroup('Data', {
  run: z.string().meta({ value: 'run', description: 'a rollout or self-training run' }),
  stage: z.string().optional().meta({
    value: 'name',
    description: 'of a self-training run: which rollout (default: the last)',
  }),
  filters: z
    .string()
    .optional()
    .meta({
      value: 'names',
      description:
        `steps between harvest and file, of ${filters.builtIn.map(usage).join(', ')}, or a module's path` +
        ` (default: ${defaultFilters.join(',')}; by the paper's rule ${paperFilters.join(',')})`,
    }),
  rule: z.enum(['juxta', 'paper']).default('juxta').meta({
    value: 'name',
    description:
      "what becomes a negative; with paper the rows are those of the paper's scripts, in their order",
  }),
  turns: z.enum(['successful', 'all']).optional().meta({
    value: 'which',
    description:
      'each turn of the search by itself: of branches that earned something, or all (in KTO labelled by that)',
  }),
  pairing: z.enum(['siblings', 'all']).default('siblings').meta({
    value: 'how',
    description: 'DPO: siblings at a fork, or also what came apart below it',
  }),
  reasoning: z
    .enum(['keep', 'drop'])
    .default('drop')
    .describe(
      "what becomes of the model's reasoning; kept, it stands where the template of --check or --tokenizer reads it",
    ),
  kinds: z.string().optional().meta({
    value: 'names',
    description: 'of sft,kto,dpo: which, for formats that carry several (default: all it carries)',
  }),
  seed: z.int().min(0).default(1).describe('shuffles KTO rows'),
});

const fileOptions = optionGroup('Files', {
  out: z.string().meta({ value: 'folder', description: 'where the files go' }),
  format: z
    .string()
    .default('trl-sft')
    .meta({
      value: 'name',
      description: `one of: ${formats.builtIn.map(usage).join(', ')}, or a module's path`,
    }),
  container: z.enum(['jsonl', 'parquet']).default('jsonl').describe('how rows are stored'),
  tokenizer: z.string().optional().meta({
    value: 'folder',
    description: "the model's tokenizer files, for formats that write through its chat template",
  }),
  check: z.string().optional().meta({
    value: 'folder',
    description: "render every example with this model's chat template and say what is lost or changed",
  }),
  values: z
    .boolean()
    .default(false)
    .describe('also write value, advantage and visits of every node, for training with RL'),
  provenance: z.boolean().default(false).describe('add to each row where it comes from'),
});

export const command = defineCommand({
  configured: 'section',
  options: [treeOptions, minRewardOptions, fileOptions, projectOptions],
  examples: [
    'juxta export --run rollout-1 --format trl-kto --out data/kto',
    'juxta export --run rollout-1 --format openai --out data/openai --check path/to/tokenizer',
    'juxta export --run rollout-1 --format trl-kto --rule paper --out data/paper',
    'juxta export --run selftrain-1 --stage "round 1: roll out" --format trl-dpo --out data/dpo',
  ],
});

export type Options = ValuesIn<typeof command>;
