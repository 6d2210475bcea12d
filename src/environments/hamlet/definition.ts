import { z } from 'zod';
import { defineBuiltIn } from '../definition.ts';
import { travelPlayers } from '../travel/players.ts';

export const hamlet = defineBuiltIn({
  name: 'hamlet',
  licence: 'apache-2.0',
  options: z.strictObject({
    seed: z.int().optional(),
    level: z.literal([1, 2, 3]).optional().meta({ value: 'n', description: 'difficulty' }),
    leftOut: z
      .string()
      .optional()
      .meta({ value: 'domain', description: 'a domain that no training task has' }),
  }),
  purposes: { train: 'train', gate: 'gate', test: 'test' },
  generated: { train: 500, gate: 150, test: 300 },
  ...travelPlayers,
  open: async ({ seed, level, leftOut }) => {
    const { openHamlet } = await import('./hamlet.ts');
    return openHamlet({
      ...(seed !== undefined && { seed }),
      ...(level !== undefined && { level }),
      ...(leftOut !== undefined && { leftOut }),
    });
  },
});
