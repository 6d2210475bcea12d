import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentConformance } from './environment.conformance.ts';
import type { Environment } from './environment.ts';
import { builtIn, optionsFor } from './registry.ts';
import { tauEnvironment } from './tau-bench/environment.ts';
import { retailWorld, taskOf } from './tau-bench/world.testing.ts';

const shared = join(process.env.JUXTA_SHARED ?? '../shared', 'data');
const withoutData = existsSync(shared) ? false : `there is no data in ${shared}`;

for (const definition of builtIn)
  environmentConformance(definition.name, {
    open: () => definition.open(optionsFor(definition, { name: definition.name })),
    purposes: definition.purposes,
    tasks: 3,
    skip: definition.generated ? false : withoutData,
  });

environmentConformance('a small world of τ-bench', {
  open: async () => {
    const cancel = '{"order_id": "#W1", "reason": "no longer needed"}';
    const order = ['get_order_details', '{"order_id": "#W1"}'] as const;
    const task = taskOf([order, ['cancel_pending_order', cancel], order], { outputs: ['22.5'] });
    const world = retailWorld();
    const schemas = world.schemas.map(schema => ({ ...schema, parameters: { type: 'object' } }));
    return tauEnvironment({ ...world, schemas, splits: new Map([['test', [task]]]) }) as Environment;
  },
});
