import { z } from 'zod';
import { defineBuiltIn, pulledData } from '../definition.ts';
import { travelPlayers } from '../travel/players.ts';

export const toolwoz = defineBuiltIn({
  name: 'toolwoz',
  licence: 'mit',
  options: z.strictObject({
    data: pulledData,
    rules: z
      .literal(['reference', 'corrected'])
      .optional()
      .describe('the published rules, or with their defects mended (default: reference)'),
  }),
  purposes: { train: 'val-train', gate: 'val-gate', test: 'test' },
  ...travelPlayers,
  open: async ({ data, rules }) => {
    const { openToolwoz } = await import('./environment.ts');
    return openToolwoz({ ...(data !== undefined && { data }), ...(rules && { rules }) });
  },
});
