import { z } from 'zod';
import { defineBuiltIn } from '../definition.ts';
import { travelPlayers } from '../travel/players.ts';

export const toolwoz = defineBuiltIn({
  name: 'toolwoz',
  licence: 'mit',
  options: z.strictObject({
    data: z.string().optional(),
    rules: z.literal(['reference', 'corrected']).optional(),
  }),
  purposes: { train: 'val-train', gate: 'val-gate', test: 'test' },
  ...travelPlayers,
  open: async ({ data, rules }) => {
    const { openToolwoz } = await import('./environment.ts');
    return openToolwoz({ ...(data !== undefined && { data }), ...(rules && { rules }) });
  },
});
