/** Where a server of ours listens, and what its clients must show. */
import { z } from 'zod';
import { optionGroup } from './group.ts';

export const serverOptions = ({ port, key }: { readonly port: number; readonly key: string }) =>
  optionGroup('Server', {
    host: z.string().default('127.0.0.1').meta({ value: 'address', description: 'where to listen' }),
    port: z.int().min(0).max(65_535).default(port).describe('where to listen; 0: any that is free'),
    key: z.string().optional().meta({ value: 'key', description: key }),
  });
