/** What the package says of itself. `package.json` lies two folders above, both of the sources and of what is published. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({ name: z.string(), version: z.string(), description: z.string() });

export const packageInfo = schema.parse(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
);
