import { z } from 'zod';
import { optionGroup } from '../options/group.ts';
import { defineCommand, type ValuesIn } from './command.ts';

const place = z.string().meta({ value: 'place' });
const name = z.string().optional().meta({ value: 'name' });

export const command = defineCommand({
  options: [
    optionGroup('Project', {
      from: place.describe('a project folder, or a Postgres server as postgres://user@host/database'),
      to: place.describe('the same; what is there already stays'),
      fromProject: name.describe('the project on the server that is copied from (default: juxta)'),
      toProject: name.describe('the project on the server that is copied to (default: juxta)'),
    }),
  ],
  examples: [
    'juxta copy --from . --to postgres://ann@db.example.com/work',
    'juxta copy --from postgres://ann@db.example.com/work --from-project hamlet --to my-folder',
  ],
  notes: 'One of the two is a server: a folder is copied to another by cp -r.',
});

export type Options = ValuesIn<typeof command>;
