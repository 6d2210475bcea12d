import { z } from 'zod';
import { suiteNames } from '../../replay/suites.ts';
import { optionGroup } from '../options/group.ts';
import { defineCommand, type ValuesIn } from './command.ts';

export const command = defineCommand({
  arguments: {
    '<suite>': `one of: ${suiteNames.join(', ')}`,
    '<file>': 'golden records (.jsonl.gz or .json.gz)',
  },
  options: [optionGroup('Output', { show: z.int().min(0).default(20).describe('mismatches to print') })],
  examples: ['juxta conformance josh ../shared/data/toolwoz/golden_josh.jsonl.gz'],
});

export type Options = ValuesIn<typeof command>;
